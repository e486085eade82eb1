/** Where hot code goes to be translated. */
export interface TranslationSink {
  /**
   * A branch target became hot.
   * @param pc effective address: its low word
   * @param host host address of the instruction
   * @param pcHigh its high word, unsigned
   */
  request(pc: number, host: number, pcHigh: number): void;
}
