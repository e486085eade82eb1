/** What tests use of AssemblyScript's compiler: its own declarations would put AssemblyScript's globals over Node's. */
declare const asc: {
  main(
    args: readonly string[],
    options: {
      readonly readFile?: (name: string, base: string) => Promise<string | null> | string | null;
      readonly writeFile?: (name: string, contents: Uint8Array | string, base: string) => Promise<void> | void;
      readonly listFiles?: () => string[];
    },
  ): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
};
export default asc;
