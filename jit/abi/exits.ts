/**
 * How generated code and the runtime talk about leaving: exit reasons, exceptions, and the flags in a returned address.
 * Plain constants, shared with the ahead-of-time module as layout.ts is.
 */

// --- The low bits of the instruction address that a region returns; none for a return of the guest's ---
/** EXIT_REASON tells why; every caller unwinds to the dispatcher. */
export const RETURN_EXIT = 1;
/** A jump to another region, not a return: a caller may go on there and still see its own return. */
export const RETURN_JUMP = 2;
/** As RETURN_EXIT with EXIT_INTERPRET as the reason, which need not be stored. */
export const RETURN_INTERPRET = 3;

/** How deep regions may call one another before their callers unwind to the dispatcher: each level takes a frame of the host's stack. */
export const REGION_DEPTH_LIMIT = 400;

// --- EXIT_REASON ---
export const EXIT_NONE = 0;
/** The slice is over, or too little of it is left for this path. */
export const EXIT_SLICE = 1;
/** EXCEPTION is to be delivered with the returned address as the instruction's. */
export const EXIT_EXCEPTION = 2;
/** The instruction at the returned address is for the interpreter: a fault, a device, or an instruction not compiled. */
export const EXIT_INTERPRET = 3;
/** The MSR, a context or the code changed: look everything up anew. */
export const EXIT_RESYNC = 4;
/** ATTENTION was set. */
export const EXIT_ATTENTION = 5;
/** The guest waits for an interrupt (MSR[WE] or MSR[POW]). */
export const EXIT_WAIT = 7;
/** The machine was reset or switched off. */
export const EXIT_STOP = 8;

// --- EXCEPTION: one number for each exception of any interrupt model ---
export const EXCEPTION_NONE = 0;
export const EXCEPTION_SYSTEM_CALL = 1;
export const EXCEPTION_ILLEGAL = 2;
export const EXCEPTION_PRIVILEGED = 3;
export const EXCEPTION_TRAP = 4;
export const EXCEPTION_FLOATING = 5;
export const EXCEPTION_FP_UNAVAILABLE = 6;
export const EXCEPTION_ALIGNMENT = 7;
export const EXCEPTION_DATA_STORAGE = 8;
export const EXCEPTION_INSTRUCTION_STORAGE = 9;
export const EXCEPTION_DATA_TLB = 10;
export const EXCEPTION_INSTRUCTION_TLB = 11;
export const EXCEPTION_MACHINE_CHECK = 12;
export const EXCEPTION_EXTERNAL = 13;
export const EXCEPTION_DECREMENTER = 14;
export const EXCEPTION_FIT = 15;
export const EXCEPTION_WATCHDOG = 16;
export const EXCEPTION_CRITICAL = 17;
export const EXCEPTION_DEBUG = 18;
export const EXCEPTION_TRACE = 19;
export const EXCEPTION_AUXILIARY_UNAVAILABLE = 20;
export const EXCEPTION_VECTOR_UNAVAILABLE = 21;
export const EXCEPTION_VSX_UNAVAILABLE = 22;
export const EXCEPTION_FACILITY_UNAVAILABLE = 23;
export const EXCEPTION_DATA_SEGMENT = 24;
export const EXCEPTION_INSTRUCTION_SEGMENT = 25;
/** An instruction the model decodes but does not implement (Book E: unimplemented operation). */
export const EXCEPTION_UNIMPLEMENTED = 26;
/** A hypercall (sc 1, or the paravirtual sequence). */
export const EXCEPTION_HYPERCALL = 27;
export const EXCEPTION_SYSTEM_RESET = 28;
/** Directed privileged doorbell (msgsndp). */
export const EXCEPTION_DOORBELL = 29;
export const EXCEPTION_PERFORMANCE_MONITOR = 30;

/** Kinds of access, for address translation. */
export const ACCESS_READ = 0;
export const ACCESS_WRITE = 1;
export const ACCESS_FETCH = 2;
