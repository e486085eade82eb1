import {
  CPU_STATE_SIZE, CR_OFFSET, CTR_OFFSET, FPSCR_HIGH_OFFSET, FPSCR_OFFSET, GPR_OFFSET, GUEST_TLB_OFFSET, IDLE_OFFSET, LAST_FP_OP_OFFSET, LR_OFFSET, MSR_OFFSET, PC_OFFSET, RESERVE_OFFSET, SEGMENT_REGISTER_OFFSET, SPR_OFFSET,
  VSCR_OFFSET, VSR_OFFSET, XER_CA_OFFSET, XER_OV_OFFSET, XER_REST_OFFSET, XER_SO_OFFSET,
} from '../../jit/abi/layout.js'; // prettier-ignore
import type { CpuModel } from '../../jit/isa/cpus/index.js';
import type { Engine } from '../engine.js';

const FPSCR = FPSCR_OFFSET >> 2;
const LAST_FP = LAST_FP_OP_OFFSET >> 2;
/** FPSCR and the record of the operation whose flags are still to be computed. */
const FLOATING_START = FPSCR;
const FLOATING_END = RESERVE_OFFSET >> 2;

/** A run of state words that is architected. `pairs`: 64-bit registers, whose upper words mean nothing on 32-bit models. */
interface Run {
  readonly from: number;
  readonly to: number;
  readonly pairs: boolean;
}
const run = (from: number, to: number, pairs: boolean): Run => ({ from: from >> 2, to: to >> 2, pairs });

/** Everything architected in the state block but FPSCR, which may be incomplete. */
const RUNS: readonly Run[] = [
  run(GPR_OFFSET, CR_OFFSET, true),
  run(CR_OFFSET, FPSCR_OFFSET, false),
  run(RESERVE_OFFSET, FPSCR_HIGH_OFFSET + 4, false),
  run(IDLE_OFFSET, IDLE_OFFSET + 4, false),
  run(VSR_OFFSET, VSR_OFFSET + 64 * 16, false),
  run(SPR_OFFSET, SEGMENT_REGISTER_OFFSET, true),
  run(SEGMENT_REGISTER_OFFSET, CPU_STATE_SIZE, false),
];

/**
 * State words in which two CPUs of one model differ, as indices; empty when they agree. What the runtime keeps in the block for itself does not
 * count. Floating-point status that waits to be computed is compared as if it had been.
 *
 * @param most stops after so many
 */
export function differingWords(a: Engine, b: Engine, most = Infinity): number[] {
  const x = a.core.state.words;
  const y = b.core.state.words;
  const found: number[] = [];
  const narrow = a.core.model.width === 32;
  for (const { from, to, pairs } of RUNS) {
    const step = narrow && pairs ? 2 : 1;
    for (let k = from; k < to; k += step) {
      if (x[k] === y[k]) continue;
      found.push(k);
      if (found.length >= most) return found;
    }
  }
  if (!sameFloatingStatus(a, b)) found.push(FPSCR);
  return found;
}

function sameFloatingStatus(a: Engine, b: Engine): boolean {
  const x = a.core.state.words;
  const y = b.core.state.words;
  if (x[LAST_FP] === 0 && y[LAST_FP] === 0) return x[FPSCR] === y[FPSCR];
  let same = true;
  for (let k = FLOATING_START; k < FLOATING_END; k++) same &&= x[k] === y[k];
  return same || completeFpscr(a) === completeFpscr(b);
}

/** The FPSCR as the guest would read it; nothing changes. */
function completeFpscr(engine: Engine): number {
  const { words } = engine.core.state;
  const kept = words.slice(FLOATING_START, FLOATING_END);
  engine.native('materializeFpscr')();
  const complete = words[FPSCR]!;
  words.set(kept, FLOATING_START);
  return complete;
}

/** Differences for people: register names with both values. */
export function describeWords(a: Engine, b: Engine, words: readonly number[]): string[] {
  const value = (e: Engine, k: number): string => {
    const n = k === FPSCR ? completeFpscr(e) : e.core.state.words[k]!;
    return `0x${n.toString(16).padStart(8, '0')}`;
  };
  return words.map((k) => `${nameOfWord(k, a.core.model)}: ${value(a, k)} != ${value(b, k)}`);
}

const SINGLE: Readonly<Record<number, string>> = {
  [LR_OFFSET]: 'lr', [CTR_OFFSET]: 'ctr', [PC_OFFSET]: 'pc', [MSR_OFFSET]: 'msr', [XER_SO_OFFSET]: 'xer.so', [XER_OV_OFFSET]: 'xer.ov', [XER_CA_OFFSET]: 'xer.ca',
  [XER_REST_OFFSET]: 'xer', [FPSCR_OFFSET]: 'fpscr', [RESERVE_OFFSET]: 'reservation (host address)', [VSCR_OFFSET]: 'vscr', [IDLE_OFFSET]: 'idle',
}; // prettier-ignore

function nameOfWord(word: number, model: CpuModel): string {
  const at = 4 * word;
  const half = (word & 1) !== 0 ? ' (upper word)' : '';
  const single = SINGLE[at];
  if (single !== undefined) return single;
  if (at < LR_OFFSET) return `r${at >> 3}${half}`;
  if (at < CR_OFFSET) return `${SINGLE[at - 4] ?? 'state'}${half}`;
  if (at < XER_SO_OFFSET) return `cr${(at - CR_OFFSET) >> 2}`;
  if (at < SPR_OFFSET) {
    const n = (at - VSR_OFFSET) >> 4;
    if (n >= 32) return `v${n - 32} word ${3 - (word & 3)}`;
    return (word & 2) !== 0 ? `f${n}${half}` : `vsr${n} word ${3 - (word & 3)}`;
  }
  if (at < SEGMENT_REGISTER_OFFSET) {
    const n = (at - SPR_OFFSET) >> 3;
    return `${model.sprs.byNumber.get(n)?.name ?? `SPR ${n}`}${half}`;
  }
  if (at < GUEST_TLB_OFFSET) return `sr${(at - SEGMENT_REGISTER_OFFSET) >> 2}`;
  return `TLB word ${(at - GUEST_TLB_OFFSET) >> 2}`;
}
