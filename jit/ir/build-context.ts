import type { MsrBitName } from '../isa/registers.js';
import type { SprSet } from '../isa/sprs.js';
import type { MagicPageContext } from './magic-page.js';

/** What is known about the code being built, besides the instruction words. */
export interface BuildContext {
  readonly width: 32 | 64;
  /** MSR[SF]: addresses have 64 bits. */
  readonly mode64: boolean;
  /** MSR[LE] asks for the other byte order than the one RAM lies in. Absent: it does not. */
  readonly foreignEndian?: boolean;
  /** Upper half of the addresses of all instructions, as a signed number. Absent: 0. */
  readonly ciaHigh?: number;
  /**
   * The code is to run wherever it is mapped: addresses of code are those it is translated at, and MOVED_BY more. For code of processes, whose
   * libraries lie elsewhere in each. Only where addresses are as wide as registers.
   */
  readonly movable?: boolean;
  /** Values of the MSR bits that belong to the key; a bit that is absent is read at run time. */
  readonly msr: Partial<Record<MsrBitName, boolean>>;
  /** SPRs of the CPU model. */
  readonly sprs?: SprSet;
  /** The magic page of the paravirtual interface, where it is mapped. */
  readonly magicPage?: MagicPageContext;
  /** Privileged instructions are left to the interpreter, which has them counted: trap mode. */
  readonly trapPrivileged?: boolean;
}
