/**
 * What the ahead-of-time module asks of the runtime in TypeScript. Addresses of instructions and data are guest
 * effective addresses, `host` ones are byte offsets into linear memory.
 */
import { Word } from './word';

/** The upper half of a guest's word, 0 where it has none: 64-bit values go to TypeScript in two parts. */
function highWord(a: Word): u32 {
  return sizeof<Word>() == 8 ? <u32>((<u64>a) >> 32) : 0;
}

/**
 * Translates an address for an access (ACCESS_*) of the current context and fills the soft TLB when the page is memory.
 * @returns host address of the byte; FILL_DEVICE with DEVICE_ADDRESS set; or FILL_FAULT with EXCEPTION and its companions set
 */
export function fill(ea: Word, access: u32): u32 {
  return fillPair(<u32>ea, highWord(ea), access);
}
@external("host", "fill")
declare function fillPair(ea: u32, eaHigh: u32, access: u32): u32;
/** Finds or makes the predecoded page of a fetch address. Returns the address of its entry for `ea`, or FILL_FAULT. */
export function fillFetch(ea: Word): u32 {
  return fillFetchPair(<u32>ea, highWord(ea));
}
@external("host", "fillFetch")
declare function fillFetchPair(ea: u32, eaHigh: u32): u32;
/** Reads `size` bytes at DEVICE_ADDRESS into DEVICE_DATA. Returns 0 when that raised an exception. */
@external("host", "deviceRead")
export declare function deviceRead(size: u32): u32;
/** Writes `size` bytes of DEVICE_DATA at DEVICE_ADDRESS. Returns 0 when that raised an exception. */
@external("host", "deviceWrite")
export declare function deviceWrite(size: u32): u32;
/** Bytes of memory that hold translated or predecoded instructions are about to be written. */
@external("host", "codeWritten")
export declare function codeWritten(host: u32, size: u32): void;
/** Table index of the handler for an instruction word. */
@external("host", "handlerOf")
export declare function handlerOf(word: u32): u32;
/** A privileged instruction is about to be executed in trap mode: counts it. Table index of the handler that executes the word. */
@external("host", "trapped")
export declare function trapped(word: u32): u32;
/** A branch target became hot. */
export function requestTranslation(pc: Word, entry: u32): void {
  requestTranslationPair(<u32>pc, highWord(pc), entry);
}
@external("host", "requestTranslation")
declare function requestTranslationPair(pc: u32, pcHigh: u32, entry: u32): void;
/** The instruction of a predecoded entry was just found difficult (see DIFFICULT_OFFSET): what contains it is to be translated anew. */
@external("host", "foundDifficult")
export declare function foundDifficult(entry: u32): void;
/** Delivers EXCEPTION raised at PC: sets PC, MSR and all that follows from them. */
@external("host", "deliverException")
export declare function deliverException(): void;
/** ATTENTION is set: delivers an interrupt if one is deliverable now. Returns 1 when the run loop must return. */
@external("host", "attend")
export declare function attend(): u32;

/** Results of `fill` that are not addresses. */
export const FILL_FAULT = 0;
export const FILL_DEVICE = 1;
