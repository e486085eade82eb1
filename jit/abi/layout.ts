/**
 * Where everything lies in linear memory: THE table that generated code, the ahead-of-time module (AssemblyScript
 * compiles this very file) and TypeScript share. Byte addresses and sizes; plain constants, no types, no imports.
 *
 * Values are kept in host byte order (little-endian), each at the width named in its comment.
 */

// --- CPU state: one block, copied as a whole when virtual CPUs take turns -------------------------------------------

/** GPR n at + 8 n: u64; 32-bit models use the low word only. */
export const GPR_OFFSET = 0x0000;
/** LR, CTR, next instruction address: u64 each (low word on 32-bit models). */
export const LR_OFFSET = 0x0100;
export const CTR_OFFSET = 0x0108;
export const PC_OFFSET = 0x0110;
/** MSR: u64. */
export const MSR_OFFSET = 0x0118;
/** CR field n at + 4 n: u32 holding 0..15 (LT = 8, GT = 4, EQ = 2, SO = 1). */
export const CR_OFFSET = 0x0120;
/** XER split up: u32 each, 0 or 1. XER_REST holds the byte count (bits 57:63) and the implementation's other bits. */
export const XER_SO_OFFSET = 0x0140;
export const XER_OV_OFFSET = 0x0144;
export const XER_CA_OFFSET = 0x0148;
export const XER_REST_OFFSET = 0x014c;
/** FPSCR: u32. */
export const FPSCR_OFFSET = 0x0150;
/** The last floating-point operation whose FR, FI and FPRF are still to be computed: u32 code (0: none), then three u64. */
export const LAST_FP_OP_OFFSET = 0x0154;
export const LAST_FP_A_OFFSET = 0x0158;
export const LAST_FP_B_OFFSET = 0x0160;
export const LAST_FP_C_OFFSET = 0x0168;
/** Reservation: u32 host address of the granule (0: none). */
export const RESERVE_OFFSET = 0x0170;
/** VSCR: u32. */
export const VSCR_OFFSET = 0x0174;
/** The upper word of the FPSCR, which holds the rounding mode of decimal arithmetic (DRN) only: u32. */
export const FPSCR_HIGH_OFFSET = 0x0178;

/** Instructions left in this time slice: i32; the slice ends exactly at 0. */
export const COUNTER_OFFSET = 0x0180;
/** Not 0 when the runtime must look before the next instruction: an interrupt may be deliverable: u32. */
export const ATTENTION_OFFSET = 0x0184;
/** Why generated code left (see exits.ts): u32. */
export const EXIT_REASON_OFFSET = 0x0188;
/** Exception raised (see exits.ts), 0 for none, and what goes with it: u32, u32 syndrome (ESR, DSISR), u64 address (DEAR, DAR). */
export const EXCEPTION_OFFSET = 0x018c;
export const EXCEPTION_SYNDROME_OFFSET = 0x0190;
export const EXCEPTION_ADDRESS_OFFSET = 0x0198;
/** Address of the soft TLB of the current context: u32. */
export const CONTEXT_OFFSET = 0x01a0;
/** Key of the code that may run now: the MSR bits that change what code means, and KEY_SF for MSR[SF]: u32. */
export const KEY_OFFSET = 0x01a4;
/** In a key: MSR[SF], which lies in the upper word of the MSR; no key bit of the lower word is here. */
export const KEY_SF = 0x80000000;
/** Instructions executed by the interpreter since the runtime last read it: u32. */
export const INTERPRETED_OFFSET = 0x01ac;
/** Interpreter threshold: executions of a branch target before translation is asked for: u32 (0 and all above COUNT_REQUESTED: never). */
export const THRESHOLD_OFFSET = 0x01b4;
/** An interrupt waits that MSR[EE] masks (the magic page's int_pending): u32, 0 or 1. */
export const INT_PENDING_OFFSET = 0x01b8;
/** Regions may be entered: u32 flag. */
export const REGIONS_ENABLED_OFFSET = 0x01bc;
/** Physical address and data of an access to a device that the runtime performs: u64, u64. */
export const DEVICE_ADDRESS_OFFSET = 0x01c0;
export const DEVICE_DATA_OFFSET = 0x01c8;
/** A hypercall asked to wait for an interrupt: u32 flag. */
export const IDLE_OFFSET = 0x01d0;
/** High word of the 64-bit result of a host service: u32. */
export const SERVICE_HIGH_OFFSET = 0x01d4;
/** What is added to a handler's number to find it in the table: a set of handlers for each mode that gives words another meaning (u32). */
export const HANDLER_BASE_OFFSET = 0x01d8;
/** 32 bytes in which unaligned and device accesses are put together; aligned as a double word in RAM would be. */
export const SCRATCH_OFFSET = 0x01e0;
/** How far from where it was translated the region that is entered runs (see SLOT_MOVABLE): u64 (u32 on 32-bit models), of which whole pages count. */
export const MOVED_BY_OFFSET = 0x0200;

/** Ways back from compiled code to the run loop, counted: u32 each, by exit reason, EXIT_NONE for those that just go on elsewhere. */
export const EXIT_COUNTS_OFFSET = 0x0300;

/** VSR n at + 16 n: v128; FPR n is its doubleword 0, which lies in the upper 8 bytes. VR n is VSR n + 32. */
export const VSR_OFFSET = 0x0400;
export const FPR_OFFSET = 0x0408;
export const FPR_STRIDE = 16;
/** SPR n at + 8 n: u64, for all that are plain storage. */
export const SPR_OFFSET = 0x1000;
/** Segment registers, then the TLB of the guest (its format is the MMU's). */
export const SEGMENT_REGISTER_OFFSET = 0x3000;
export const GUEST_TLB_OFFSET = 0x3100;
/** What the magic page holds besides registers, 4 KiB; words in host order. */
export const MAGIC_PAGE_OFFSET = 0x6000;
/** Size of one CPU's state. */
export const CPU_STATE_SIZE = 0x7000;
/** CPUs that one linear memory can hold, and where the state of CPU n lies while another one has its turn: at + CPU_STATE_SIZE x n. */
export const CPU_LIMIT = 8;
export const PARKED_CPUS_OFFSET = 0x10000;
/** A page that lies over the guest's mappings: u64 effective address, u32 1 when there is one, u32 bits that may change in its OVERLAY_MSR words. */
export const OVERLAY_OFFSET = 0x50000;
export const OVERLAY_PRESENT_OFFSET = 0x50008;
export const OVERLAY_MSR_MASK_OFFSET = 0x5000c;
/** By word of that page: u32 address of the word that it shows, + one of the kinds below. */
export const OVERLAY_WORDS_OFFSET = 0x51000;
/** Stores: are all there is to do; are for the runtime in TypeScript; may make an interrupt deliverable; change the mask's bits only, with the same consequence. */
export const OVERLAY_PLAIN = 0;
export const OVERLAY_HOST = 1;
export const OVERLAY_HEEDED = 2;
export const OVERLAY_MSR = 3;
/** A word that is always 0. */
export const ZERO_WORD_OFFSET = 0x52000;
/** Constant data of the native part: what its compiler puts into memory. */
export const NATIVE_DATA_OFFSET = 0x80000;

// --- Tables of the runtime -------------------------------------------------------------------------------------------

/**
 * Soft TLBs, one per context (address space x PID x privilege). Each has three direct-mapped tables of 1024 entries:
 * read, write, fetch. An entry is { word tag, i32 addend }: 8 bytes on 32-bit models, 16 on 64-bit ones.
 * Read and write: host address = low word of EA + addend. Fetch: predecoded entry = 2 x (EA's page offset) + addend.
 */
export const CONTEXT_TABLE_OFFSET = 0x200000;
export const CONTEXT_COUNT = 64;
export const CONTEXT_SIZE = 0x10000;
export const SOFT_TLB_ENTRIES = 1024;
/** The tables seen from a context's address, where entries have 8 bytes and where they have 16; the addend behind the tag. */
export const SOFT_TLB_READ = 0;
export const SOFT_TLB_WRITE_32 = 0x2000;
export const SOFT_TLB_FETCH_32 = 0x4000;
export const SOFT_TLB_WRITE_64 = 0x4000;
export const SOFT_TLB_FETCH_64 = 0x8000;
export const SOFT_TLB_ADDEND_32 = 4;
export const SOFT_TLB_ADDEND_64 = 8;
/**
 * Behind a context's tables: for storage accesses of compiled code, by the address of their instruction (in words, modulo SITE_COUNT), where the entry was that
 * was used last, as if it were in the table of reads: u32. Whatever stands here, the entry's tag decides.
 */
export const SOFT_TLB_SITES = 0xc000;
export const SITE_COUNT = 4096;
/** By host page number: u32 address of the predecoded page, 0 for none. Covers 4 GiB. */
export const PREDECODED_OF_PAGE_OFFSET = 0x800000;
/** By host page number: u32, bit n set when the 128 bytes n hold instructions that were translated or predecoded. */
export const CODE_GRANULES_OFFSET = 0xc00000;
export const CODE_GRANULE_SHIFT = 7;
/**
 * Predecoded pages: 8 bytes an instruction: u16 handler (0: not decoded yet), u16 count of executions as branch target, COUNT_REQUESTED
 * or FIRST_SLOT + region slot, u32 instruction word.
 */
export const PREDECODED_POOL_OFFSET = 0x1000000;
export const PREDECODED_PAGE_SIZE = 0x2000;
export const PREDECODED_PAGE_COUNT = 3072;
export const FIRST_SLOT = 0x2000;
/** Translation was asked for: no more counting. Also the highest threshold. */
export const COUNT_REQUESTED = FIRST_SLOT - 1;
/** By predecoded page: u32 host address of the page it stands for, + 1 when instructions lie in the other byte order than RAM's. */
export const PAGE_OF_PREDECODED_OFFSET = 0x2800000;
/**
 * Region slots: one for each entry of each region, named by predecoded entries. Slot n at + 32 n: u32 key and u32 mask (the region may run
 * when the current key agrees under the mask), u64 PC (code found by its physical address may be mapped elsewhere too), u32 table index, u32 entry
 * selector + SLOT_MOVABLE where any PC will do, u32 next slot of the same instruction (0: none), u16 number of look-ups in vain, u16 not 0 when the region was
 * entered since somebody asked. Slot 0 is not used.
 */
export const SLOT_TABLE_OFFSET = 0x2900000;
export const SLOT_SIZE = 32;
export const SLOT_KEY = 0;
export const SLOT_MASK = 4;
export const SLOT_PC = 8;
export const SLOT_FUNCTION = 16;
export const SLOT_SELECTOR = 20;
/** In SLOT_SELECTOR: the region runs at all addresses its code is mapped at; MOVED_BY says how far from PC that is. */
export const SLOT_MOVABLE = 0x80000000;
export const SLOT_NEXT = 24;
export const SLOT_MISSES = 28;
export const SLOT_USED = 30;
export const SLOT_COUNT = 0xd000;
/**
 * By predecoded page, 128 bytes each: a bit per instruction whose storage access compiled code often could not do in the quick way (unaligned,
 * beside code). It is compiled with a call to the slow path from then on, instead of leaving the region.
 */
export const DIFFICULT_OFFSET = 0x2b00000;
export const DIFFICULT_PAGE_SIZE = 128;
/** Counts of instructions left to the interpreter: u16 each, by the low bits of the predecoded entry's number. */
export const DIFFICULT_COUNTS_OFFSET = 0x2b80000;
export const DIFFICULT_COUNTS = 4096;
/** So many make an instruction difficult. */
export const DIFFICULT_AFTER = 64;
/** Guest RAM and other directly accessible memory begins here. */
export const RAM_OFFSET = 0x4000000;
