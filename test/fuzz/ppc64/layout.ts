/** Where everything lies in the fuzzer's 64-bit guest, and what records (inputs) and dumps (results) hold. Addresses and sizes in bytes. */

/** RAM that the guest uses, and that QEMU's pseries gives it: that must be a multiple of 256 MiB, and has its device tree at the end. */
export const RAM_SIZE = 0x5000000;
export const QEMU_RAM_SIZE = 0x10000000;

/** The driver begins with the interrupt vectors, which are real addresses; what lies in front of a stream is addressed so, too. */
export const DRIVER = 0x100;
export const DRIVER_CODE = 0x2000;
/** What handlers keep while they run: pointers and the last exception. */
export const CONTEXT = 0x7000;
/** Code of the streams: one large page that problem state may execute and read. */
export const SLOTS = 0x1000000;
export const RECORDS = 0x2000000;
/** Results, and how much room they have. */
export const RESULTS = 0x3000000;
export const RESULTS_SIZE = 0x2000000;

/** The one page that streams may load from and store to, at two effective addresses: one below 4 GiB, and one above. What follows it is not mapped. */
export const WINDOW_PAGE = 0x7ffff000n;
export const HIGH_WINDOW_PAGE = 0x0123_4567_7fff_f000n;
export const WINDOW_PAGE_REAL = 0x2fff000;
/** The end of the page is put into every dump. */
export const WINDOW_SIZE = 128;
export const WINDOW_OFFSET = 0x1000 - WINDOW_SIZE;
export const WINDOW_REAL = WINDOW_PAGE_REAL + WINDOW_OFFSET;

/** A record; `vscr` is a vector whose last word it is. */
export const RECORD = {
  slot: 0,
  end: 8,
  result: 16,
  msr: 24,
  cr: 32,
  vrsave: 36,
  xer: 40,
  lr: 48,
  ctr: 56,
  tar: 64,
  fpscr: 72,
  vscr: 80,
  gpr: 96,
  vsr: 352,
  window: 1376,
  size: 1504,
} as const;

/** A dump: the whole state a user-level program sees, with the last exception (and the FPSCR that it found, if it was a floating-point one). */
export const DUMP = {
  gpr: 0, cr: 256, vrsave: 260, xer: 264, lr: 272, ctr: 280, tar: 288, dscr: 296, pc: 304, msr: 312,
  exceptions: 320, vector: 324, exceptionPc: 328, dsisr: 336, dar: 344, exceptionMsr: 352, exceptionFpscr: 360,
  fpscr: 368, vscr: 384, vsr: 400, window: 1424, size: 1552,
} as const; // prettier-ignore

/** Vectors of the interrupts that the driver can take. */
export const VECTORS: readonly number[] = [
  0x100, 0x200, 0x300, 0x380, 0x400, 0x480, 0x500, 0x600, 0x700, 0x800, 0x900, 0x980, 0xa00, 0xc00, 0xd00, 0xf00, 0xf20, 0xf40, 0xf60,
];
/** Those that mean that the stream went astray: there is nothing to go on with. */
export const ASTRAY_VECTORS: readonly number[] = [0x400, 0x480];
/** sc, which ends a stream or asks for a dump. */
export const DUMP_VECTOR = 0xc00;
export const DECREMENTER_VECTOR = 0x900;
export const PROGRAM_VECTOR = 0x700;
export const DATA_VECTORS: readonly number[] = [0x300, 0x380];
export const START_VECTOR = 0x100;
