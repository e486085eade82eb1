import {
  EXCEPTION_ALIGNMENT,
  EXCEPTION_AUXILIARY_UNAVAILABLE,
  EXCEPTION_CRITICAL,
  EXCEPTION_DATA_STORAGE,
  EXCEPTION_DATA_TLB,
  EXCEPTION_DEBUG,
  EXCEPTION_DECREMENTER,
  EXCEPTION_EXTERNAL,
  EXCEPTION_FIT,
  EXCEPTION_FLOATING,
  EXCEPTION_FP_UNAVAILABLE,
  EXCEPTION_HYPERCALL,
  EXCEPTION_ILLEGAL,
  EXCEPTION_INSTRUCTION_STORAGE,
  EXCEPTION_INSTRUCTION_TLB,
  EXCEPTION_MACHINE_CHECK,
  EXCEPTION_PRIVILEGED,
  EXCEPTION_SYSTEM_CALL,
  EXCEPTION_TRACE,
  EXCEPTION_TRAP,
  EXCEPTION_UNIMPLEMENTED,
  EXCEPTION_VECTOR_UNAVAILABLE,
  EXCEPTION_WATCHDOG,
} from '../../jit/abi/exits.js';
import { ESR } from '../../jit/isa/registers.js';
import { SPR_IVOR0, SPR_IVOR32 } from '../sprs/booke-spr-numbers.js';

/** Which save/restore registers an interrupt uses, and which MSR bits it leaves alone. */
export type InterruptClass = 'non-critical' | 'critical' | 'machine check';

/** What an interrupt does besides saving PC and MSR (PPC440x5 UM 6.5, table 6-2). */
export interface BookeVector {
  readonly name: string;
  readonly class: InterruptClass;
  /** SPR number of the IVOR. */
  readonly ivor: number;
  /** Where the syndrome goes: ESR is replaced (but for MCI), DBSR and MCSR accumulate. */
  readonly syndromeTo: 'ESR' | 'DBSR' | 'MCSR' | undefined;
  /** Syndrome bits that the kind of exception implies. */
  readonly syndrome: number;
  /** The address goes to DEAR. */
  readonly setsDear: boolean;
  /** The saved address is that of the next instruction. */
  readonly completes: boolean;
}

/** DBSR[ICMP]: instruction complete debug event. */
export const DBSR_ICMP = 0x08000000;
/** MCSR[MCS]: machine check summary. */
export const MCSR_SUMMARY = 0x80000000;
/** MCSR[IB]: the error was met by an instruction fetch. */
export const MCSR_INSTRUCTION_BUS = 0x40000000;

type Options = Partial<Omit<BookeVector, 'name' | 'ivor'>>;
const DEFAULTS = { class: 'non-critical', syndromeTo: undefined, syndrome: 0, setsDear: false, completes: false } as const;
const vector = (name: string, ivor: number, options: Options = {}): BookeVector => ({
  name,
  ivor: SPR_IVOR0 + ivor,
  ...DEFAULTS,
  ...options,
});
const program = (name: string, syndrome: number): BookeVector => vector(name, 6, { syndromeTo: 'ESR', syndrome });

/** By EXCEPTION_*. Exceptions that Book E has not are absent. */
export const BOOKE_VECTORS: Readonly<Record<number, BookeVector | undefined>> = {
  [EXCEPTION_CRITICAL]: vector('Critical Input', 0, { class: 'critical' }),
  [EXCEPTION_MACHINE_CHECK]: vector('Machine Check', 1, { class: 'machine check', syndromeTo: 'MCSR', syndrome: MCSR_SUMMARY }),
  [EXCEPTION_DATA_STORAGE]: vector('Data Storage', 2, { syndromeTo: 'ESR', setsDear: true }),
  [EXCEPTION_INSTRUCTION_STORAGE]: vector('Instruction Storage', 3, { syndromeTo: 'ESR' }),
  [EXCEPTION_EXTERNAL]: vector('External Input', 4),
  [EXCEPTION_ALIGNMENT]: vector('Alignment', 5, { syndromeTo: 'ESR', setsDear: true }),
  [EXCEPTION_ILLEGAL]: program('Program (illegal instruction)', ESR.PIL.mask),
  [EXCEPTION_PRIVILEGED]: program('Program (privileged instruction)', ESR.PPR.mask),
  [EXCEPTION_TRAP]: program('Program (trap)', ESR.PTR.mask),
  [EXCEPTION_FLOATING]: program('Program (floating-point enabled)', ESR.FP.mask),
  [EXCEPTION_UNIMPLEMENTED]: program('Program (unimplemented operation)', ESR.PUO.mask),
  [EXCEPTION_FP_UNAVAILABLE]: vector('Floating-Point Unavailable', 7),
  [EXCEPTION_SYSTEM_CALL]: vector('System Call', 8, { completes: true }),
  // sc does not look at LEV here: whatever the machine did not take as a hypercall is a system call.
  [EXCEPTION_HYPERCALL]: vector('System Call', 8, { completes: true }),
  [EXCEPTION_AUXILIARY_UNAVAILABLE]: vector('Auxiliary Processor Unavailable', 9),
  [EXCEPTION_DECREMENTER]: vector('Decrementer', 10),
  [EXCEPTION_FIT]: vector('Fixed-Interval Timer', 11),
  [EXCEPTION_WATCHDOG]: vector('Watchdog Timer', 12, { class: 'critical' }),
  [EXCEPTION_DATA_TLB]: vector('Data TLB Error', 13, { syndromeTo: 'ESR', setsDear: true }),
  [EXCEPTION_INSTRUCTION_TLB]: vector('Instruction TLB Error', 14),
  [EXCEPTION_DEBUG]: vector('Debug', 15, { class: 'critical', syndromeTo: 'DBSR' }),
  [EXCEPTION_TRACE]: vector('Debug (instruction complete)', 15, { class: 'critical', syndromeTo: 'DBSR', syndrome: DBSR_ICMP }),
  [EXCEPTION_VECTOR_UNAVAILABLE]: vector('SPE Unavailable', SPR_IVOR32 - SPR_IVOR0),
};
