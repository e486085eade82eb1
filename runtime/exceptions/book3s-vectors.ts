import {
  EXCEPTION_ALIGNMENT,
  EXCEPTION_DATA_SEGMENT,
  EXCEPTION_DATA_STORAGE,
  EXCEPTION_DECREMENTER,
  EXCEPTION_DOORBELL,
  EXCEPTION_EXTERNAL,
  EXCEPTION_FACILITY_UNAVAILABLE,
  EXCEPTION_FLOATING,
  EXCEPTION_FP_UNAVAILABLE,
  EXCEPTION_HYPERCALL,
  EXCEPTION_ILLEGAL,
  EXCEPTION_INSTRUCTION_SEGMENT,
  EXCEPTION_INSTRUCTION_STORAGE,
  EXCEPTION_MACHINE_CHECK,
  EXCEPTION_PERFORMANCE_MONITOR,
  EXCEPTION_PRIVILEGED,
  EXCEPTION_SYSTEM_CALL,
  EXCEPTION_SYSTEM_RESET,
  EXCEPTION_TRACE,
  EXCEPTION_TRAP,
  EXCEPTION_VECTOR_UNAVAILABLE,
  EXCEPTION_VSX_UNAVAILABLE,
} from '../../jit/abi/exits.js';
import { SRR1_PROGRAM } from '../../jit/isa/registers.js';

/** What an interrupt of Book III-S does besides saving PC and MSR in SRR0 and SRR1 (2.07B, III-S 6.5). */
export interface Book3sVector {
  readonly name: string;
  /** Effective address of the handler, before LPCR[AIL] moves it. */
  readonly offset: number;
  /** SRR1 bits, low word, that the kind of exception implies. */
  readonly srr1: number;
  /** Where the syndrome goes: SRR1 bits are added, DSISR is replaced, FSCR takes it as its interrupt cause. */
  readonly syndromeTo: 'SRR1' | 'DSISR' | 'FSCR' | undefined;
  /** The address goes to DAR. */
  readonly setsDar: boolean;
  /** The saved address is that of the next instruction. */
  readonly completes: boolean;
  /** LPCR[AIL] does not move it. */
  readonly fixed: boolean;
}

type Options = Partial<Omit<Book3sVector, 'name' | 'offset'>>;
const DEFAULTS = { srr1: 0, syndromeTo: undefined, setsDar: false, completes: false, fixed: false } as const;
const vector = (name: string, offset: number, options: Options = {}): Book3sVector => ({ name, offset, ...DEFAULTS, ...options });
const program = (name: string, srr1: number): Book3sVector => vector(`Program (${name})`, 0x700, { srr1 });

/**
 * By EXCEPTION_*. Exceptions that Book III-S has not are absent, and so are those that go to a hypervisor: what asks for emulation
 * assistance reaches a guest as an illegal instruction.
 */
export const BOOK3S_VECTORS: Readonly<Record<number, Book3sVector | undefined>> = {
  [EXCEPTION_SYSTEM_RESET]: vector('System Reset', 0x100, { fixed: true }),
  [EXCEPTION_MACHINE_CHECK]: vector('Machine Check', 0x200, { syndromeTo: 'SRR1', setsDar: true, fixed: true }),
  [EXCEPTION_DATA_STORAGE]: vector('Data Storage', 0x300, { syndromeTo: 'DSISR', setsDar: true }),
  [EXCEPTION_DATA_SEGMENT]: vector('Data Segment', 0x380, { setsDar: true }),
  [EXCEPTION_INSTRUCTION_STORAGE]: vector('Instruction Storage', 0x400, { syndromeTo: 'SRR1' }),
  [EXCEPTION_INSTRUCTION_SEGMENT]: vector('Instruction Segment', 0x480),
  [EXCEPTION_EXTERNAL]: vector('External', 0x500),
  [EXCEPTION_ALIGNMENT]: vector('Alignment', 0x600, { setsDar: true }),
  [EXCEPTION_FLOATING]: program('floating-point enabled exception', SRR1_PROGRAM.FLOATING.mask),
  [EXCEPTION_ILLEGAL]: program('illegal instruction', SRR1_PROGRAM.ILLEGAL.mask),
  [EXCEPTION_PRIVILEGED]: program('privileged instruction', SRR1_PROGRAM.PRIVILEGED.mask),
  [EXCEPTION_TRAP]: program('trap', SRR1_PROGRAM.TRAP.mask),
  [EXCEPTION_FP_UNAVAILABLE]: vector('Floating-Point Unavailable', 0x800),
  [EXCEPTION_DECREMENTER]: vector('Decrementer', 0x900),
  [EXCEPTION_DOORBELL]: vector('Directed Privileged Doorbell', 0xa00),
  [EXCEPTION_SYSTEM_CALL]: vector('System Call', 0xc00, { completes: true }),
  // LEV = 1 that no hypervisor took.
  [EXCEPTION_HYPERCALL]: vector('System Call', 0xc00, { completes: true }),
  // Raised when the traced instruction is done: PC is already the next one's.
  [EXCEPTION_TRACE]: vector('Trace', 0xd00),
  [EXCEPTION_PERFORMANCE_MONITOR]: vector('Performance Monitor', 0xf00),
  [EXCEPTION_VECTOR_UNAVAILABLE]: vector('Vector Unavailable', 0xf20),
  [EXCEPTION_VSX_UNAVAILABLE]: vector('VSX Unavailable', 0xf40),
  [EXCEPTION_FACILITY_UNAVAILABLE]: vector('Facility Unavailable', 0xf60, { syndromeTo: 'FSCR' }),
};
