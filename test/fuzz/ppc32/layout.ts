/** Where everything lies in the fuzzer's guest, and what records (inputs) and dumps (results) hold. Addresses and sizes in bytes. */

/** RAM of the guest: a size that bamboo can have. */
export const RAM_SIZE = 0x4000000;

/** Driver and interrupt handlers. Effective addresses are real ones, but for the window. */
export const DRIVER = 0x100;
export const VECTORS = 0x1000;
/** What handlers keep while they run: pointers and the last exception. */
export const CONTEXT = 0x4000;
/** Code of the streams: executable in problem state, and nothing else. */
export const SLOTS = 0x1000000;
export const SLOTS_LIMIT = 0x1700000;
export const RECORDS = 0x2000000;
/** Results, and how much room they have. */
export const RESULTS = 0x3000000;
export const RESULTS_SIZE = 0x1000000;

/** The one page that streams may load from and store to. What follows it is not mapped. */
export const WINDOW_PAGE = 0x7ffff000;
export const WINDOW_PAGE_REAL = 0x2fff000;
/** The end of the page is put into every dump. */
export const WINDOW_SIZE = 128;
export const WINDOW = WINDOW_PAGE + 0x1000 - WINDOW_SIZE;

/** A record: words before the registers, then 32 GPRs, 32 FPRs, the window. */
export const RECORD = {
  slot: 0,
  end: 4,
  result: 8,
  msr: 12,
  cr: 16,
  xer: 20,
  lr: 24,
  ctr: 28,
  fpscr: 32,
  gpr: 40,
  fpr: 168,
  window: 424,
  size: 552,
} as const;

/** A dump: the whole state a user-level program sees, with the last exception (and the FPSCR that it found, if it was a floating-point one). `fpscr` is a doubleword, as mffs gives it. */
export const DUMP = {
  gpr: 0, cr: 128, xer: 132, lr: 136, ctr: 140, pc: 144, msr: 148, exceptions: 152, vector: 156, exceptionPc: 160, esr: 164, dear: 168, exceptionMsr: 172,
  fpscr: 176, fpr: 184, window: 440, exceptionFpscr: 568, usprg0: 572, size: 576,
} as const; // prettier-ignore

/** The numbers of IVORs whose exceptions mean that the stream went astray: there is nothing to go on with. */
export const ASTRAY_VECTORS: readonly number[] = [3, 14];
/** IVOR of sc, which ends a stream or asks for a dump. */
export const DUMP_VECTOR = 8;
export const VECTOR_COUNT = 16;
