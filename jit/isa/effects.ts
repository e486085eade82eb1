/** What instructions do, read off the IR that their semantics build: never declared by hand. */
import {
  COUNTER_OFFSET,
  FPSCR_HIGH_OFFSET,
  FPSCR_OFFSET,
  GPR_OFFSET,
  MSR_OFFSET,
  SPR_OFFSET,
  VSCR_OFFSET,
  XER_REST_OFFSET,
  ATTENTION_OFFSET,
  RESERVE_OFFSET,
} from '../abi/layout.js';
import { SERVICES, type Service, type ServiceName } from '../abi/services.js';
import type { BuildContext } from '../ir/build-context.js';
import { IrBuilder } from '../ir/builder.js';
import { serviceByNumber } from '../ir/service-numbers.js';
import {
  BANK_CR,
  BANK_FPR,
  BANK_GPR,
  BANK_VSR,
  Ir,
  NODE_OPERANDS,
  Op,
  VAR_CA,
  VAR_CR,
  VAR_CTR,
  VAR_FPR,
  VAR_LR,
  VAR_OV,
  VAR_SO,
  VAR_VR,
  VAR_VSR_LOW,
} from '../ir/ir.js';
import type { Instruction } from './inst.js';

/** Effects of a definition, or of one instruction word. */
export interface Effects {
  /** State it may read and write: `GPR[RA]` (by operand) or `r3` (by number), `CR0`, `XER.SO`, `LR`, `MSR`, `SPR 26`, `storage`... */
  readonly reads: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
  /** Services it may call. */
  readonly services: ReadonlySet<ServiceName>;
  /** Exceptions of jit/abi/exits.ts that it raises itself. */
  readonly exceptions: ReadonlySet<number>;
  /** It may end in an exception: its own, of a storage access, or of a service. */
  readonly mayFault: boolean;
  /** Another instruction than the next may follow, or everything must be looked up anew. */
  readonly endsBlock: boolean;
  readonly privileged: boolean;
}

const BANKS: Readonly<Record<number, string>> = { [BANK_GPR]: 'GPR', [BANK_FPR]: 'FPR', [BANK_CR]: 'CR', [BANK_VSR]: 'VSR' };

/** Name of a variable of the IR. */
function variableName(v: number): string {
  if (v < VAR_LR) return `r${v}`;
  if (v >= VAR_VSR_LOW) return `vs${v - VAR_VSR_LOW}`;
  if (v >= VAR_VR) return `v${v - VAR_VR}`;
  if (v >= VAR_FPR) return `f${v - VAR_FPR}`;
  if (v >= VAR_CR) return `CR${v - VAR_CR}`;
  return { [VAR_LR]: 'LR', [VAR_CTR]: 'CTR', [VAR_SO]: 'XER.SO', [VAR_OV]: 'XER.OV', [VAR_CA]: 'XER.CA' }[v]!;
}
const STATE: Readonly<Record<number, string>> = {
  [MSR_OFFSET]: 'MSR', [FPSCR_OFFSET]: 'FPSCR', [XER_REST_OFFSET]: 'XER.count', [VSCR_OFFSET]: 'VSCR', [FPSCR_HIGH_OFFSET]: 'FPSCR', [RESERVE_OFFSET]: 'reservation',
  [ATTENTION_OFFSET]: 'attention', [COUNTER_OFFSET]: 'counter',
}; // prettier-ignore
function stateName(offset: number): string {
  if (offset in STATE) return STATE[offset]!;
  if (offset >= SPR_OFFSET && offset < SPR_OFFSET + 0x2000) return `SPR ${(offset - SPR_OFFSET) >> 3}`;
  if (offset >= GPR_OFFSET && offset < GPR_OFFSET + 0x100) return `r${(offset - GPR_OFFSET) >> 3}`;
  return `state 0x${offset.toString(16)}`;
}

/** Name of the operand that a run-time register number comes from. */
function indexName(inst: Instruction, ir: Ir, n: number): string {
  if (ir.op[n] === Op.field) {
    const [from, to] = [ir.a[n]!, ir.b[n]!];
    const operand = inst.operands.find((o) => o.fields.some((f) => f.from === from && f.to === to))!;
    const name = operand.fields.length === 1 ? operand.name : operand.fields.find((f) => f.from === from)!.name;
    return name.replace(/^(R[AT])[0n]$/, '$1');
  }
  if (ir.op[n] === Op.const) return `${ir.a[n]}`;
  const operands = NODE_OPERANDS[ir.op[n]!]!;
  for (const [mask, child] of [[1, ir.a[n]!], [2, ir.b[n]!], [4, ir.c[n]!]] as const) {
    if (operands & mask && ir.op[child] !== Op.const) return indexName(inst, ir, child);
  }
  return '?';
} // prettier-ignore

function collect(inst: Instruction, ir: Ir): Effects {
  const reads = new Set<string>();
  const writes = new Set<string>();
  const services = new Set<ServiceName>();
  const exceptions = new Set<number>();
  let mayFault = inst.facts.privileged === true;
  let endsBlock = false;
  const bank = (b: number, index: number) => `${BANKS[b]}[${indexName(inst, ir, index)}]`;
  for (let n = 0; n < ir.length; n++) {
    const [a, b] = [ir.a[n]!, ir.b[n]!];
    switch (ir.op[n]) {
      case Op.get: reads.add(variableName(a)); break;
      case Op.getAt: reads.add(bank(a, b)); break;
      case Op.crTest: reads.add(`CR${a}`); break;
      case Op.state: reads.add(stateName(a)); break;
      case Op.cia: reads.add('CIA'); break;
      case Op.set: writes.add(variableName(a)); break;
      case Op.setAt: writes.add(bank(a, b)); break;
      case Op.setState: writes.add(stateName(a)); break;
      case Op.compare: writes.add(`CR${a & 7}`); reads.add('XER.SO'); break;
      case Op.compareAt: writes.add(`CR[${indexName(inst, ir, a)}]`); reads.add('XER.SO'); break;
      case Op.load: reads.add('storage'); mayFault = true; break;
      case Op.store: writes.add('storage'); mayFault = true; break;
      case Op.branch: case Op.resync: endsBlock = true; break;
      case Op.raise: exceptions.add(a); mayFault = true; endsBlock = true; break;
      case Op.call: {
        const name = serviceByNumber(a);
        const service: Service = SERVICES[name];
        services.add(name);
        mayFault ||= service.mayFault === true;
        if (service.effect === 'fpscr') { reads.add('FPSCR'); writes.add('FPSCR'); }
        break;
      }
    }
  } // prettier-ignore
  return { reads, writes, services, exceptions, mayFault, endsBlock, privileged: inst.facts.privileged === true };
}

/** Effects of a definition, whatever its operands. */
export function effectsOf(inst: Instruction, context: BuildContext): Effects {
  const ir = new Ir();
  new IrBuilder(ir, context).handler(inst, new Map());
  return collect(inst, ir);
}

/** Effects of one instruction word, registers by number. */
export function effectsOfWord(inst: Instruction, word: number, cia: number, context: BuildContext): Effects {
  const ir = new Ir();
  new IrBuilder(ir, context).instruction(inst, word, cia);
  return collect(inst, ir);
}
