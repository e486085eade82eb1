/** Runs one program in two ways and tells the first difference. */
import { MSR } from '../../jit/isa/registers.js';
import { MAP_SUPERVISOR_ALL } from '../../runtime/mmu/mmu.js';
import { BareCpu, assemble, type BareMode, type BareOptions } from '../support/bare-cpu.js';
import {
  DATA,
  HANDLER,
  HANDLER_SOURCE,
  PROGRAM,
  RAM_SIZE,
  TIMER_HANDLER,
  TIMER_SOURCE,
  type RandomProgram,
} from '../support/random-program.js';
import { edges, Scatter } from '../isa/situations.js';

const SPR_IVOR0 = 400;
const SPR_IVOR_DECREMENTER = 410;
const VECTORS = 16;
/** Decrementer and its automatic reload, TCR with DIE and ARE. */
const [SPR_DEC, SPR_DECAR, SPR_TCR, TCR_DIE_ARE] = [22, 54, 340, 0x04400000] as const;
const FP_EDGES = [
  0x3ff0000000000000n,
  0xbff8000000000000n,
  0n,
  0x7ff0000000000000n,
  0x7ff8000000000000n,
  0x0010000000000000n,
  0x4340000000000001n,
  0x3e10000000000001n,
];
/** Instructions of one slice, in turn: compiled code must end slices of any length exactly. */
const SLICES = [1, 2, 3, 7, 120, 11, 64, 5, 300, 29];

/** A CPU with a program in memory and registers of the program's seed. */
export function prepare(program: RandomProgram, mode: BareMode, options: BareOptions): BareCpu {
  const cpu = new BareCpu(mode, RAM_SIZE, 'bytes', options);
  const { state, core } = cpu;
  const s = new Scatter(`${program.seed} registers`);
  const { bytes } = assemble(program.lines.join('\n'), PROGRAM);
  cpu.memory.write(PROGRAM, bytes);
  cpu.memory.write(HANDLER, assemble(HANDLER_SOURCE, HANDLER).bytes);
  cpu.memory.write(
    DATA,
    Uint8Array.from({ length: 0x3000 }, () => s.below(256)),
  );
  // The same data once more: pages that are never cached in the soft TLB.
  core.mmu.map({ virtual: 0x40000000, real: DATA, size: 0x400, flags: MAP_SUPERVISOR_ALL });
  cpu.memory.write(TIMER_HANDLER, assemble(TIMER_SOURCE, TIMER_HANDLER).bytes);
  for (let n = 0; n < VECTORS; n++) state.setSpr(SPR_IVOR0 + n, HANDLER);
  state.setSpr(SPR_IVOR_DECREMENTER, TIMER_HANDLER);
  for (let n = 2; n < 32; n++) state.setGpr(n, Number(s.pick(edges(32))));
  for (let n = 0; n < 32; n++) {
    const bits = s.pick(FP_EDGES);
    state.setFpr(n, Number(bits & 0xffffffffn), Number(bits >> 32n));
  }
  state.setGpr(1, DATA);
  state.setGpr(0, s.next());
  state.lr = PROGRAM;
  state.ctr = PROGRAM;
  state.cr = s.next();
  const fp = program.kind.floats || s.below(2) ? MSR.FP.mask : 0;
  const enabled = program.kind.floats && s.below(2) ? MSR.FE0.mask : 0;
  cpu.setMsr(fp | enabled | (program.kind.interrupts ? MSR.EE.mask : 0));
  if (program.kind.interrupts) {
    const writeSpr = core.services['writeSpr'] as (n: number, value: number) => void;
    const period = 100 + s.below(900);
    writeSpr(SPR_DECAR, period);
    writeSpr(SPR_DEC, period);
    writeSpr(SPR_TCR, TCR_DIE_ARE);
  }
  state.pc = PROGRAM;
  return cpu;
}

/** Everything a program sees of its CPU, as text. */
export function stateOf(cpu: BareCpu): string {
  const { state } = cpu;
  const fpscr = cpu.engine.native('readFpscr')() >>> 0;
  const hex = (v: number) => v.toString(16);
  const registers = [
    `pc=${hex(state.pc)}`, `n=${cpu.runner.instructions}`, `cr=${hex(state.cr)}`, `xer=${hex(state.xer)}`, `lr=${hex(state.lr)}`, `ctr=${hex(state.ctr)}`,
    `msr=${hex(state.msr)}`, `fpscr=${hex(fpscr)}`, `reservation=${hex(state.reservation)}`,
    ...[26, 27, 61, 62, 272, 273, 274, 275, 276].map((n) => `spr${n}=${hex(state.spr(n))}`),
  ]; // prettier-ignore
  for (let n = 0; n < 32; n++) registers.push(`r${n}=${hex(state.gpr(n))}`);
  for (let n = 0; n < 8; n++) registers.push(`f${n}=${hex(state.fprHigh(n))}:${hex(state.fprLow(n))}`);
  return registers.join(' ');
}

/** What differs between two states, both values each. */
export function differenceOf(a: string, b: string): string {
  const [x, y] = [a.split(' '), b.split(' ')];
  return x.flatMap((v, k) => (v === y[k] ? [] : [`${v} but ${y[k]}`])).join(', ');
}

/**
 * Runs a program for a number of instructions in the interpreter and with compiled code.
 * @returns the first difference, empty when there is none, and how many of the second's instructions were compiled
 */
export function compareModes(
  program: RandomProgram,
  instructions: number,
  options: BareOptions = {},
): { difference: string; compiled: number } {
  const cpus = [prepare(program, 'interp', {}), prepare(program, 'jit', options)] as const;
  const { symbols } = assemble(program.lines.join('\n'), PROGRAM);
  const blocks = [...symbols.keys()].filter((name) => name.startsWith('B')).map((name) => symbols.get(name)!);
  const exceptions = cpus.map((cpu) => {
    const list: string[] = [];
    cpu.engine.onException = (exception, pc) => list.push(`exception=${exception} at=${pc.toString(16)} ${stateOf(cpu)}`);
    return list;
  });
  let interpreted = 0;
  let done = 0;
  for (let k = 0; done < instructions; k++) {
    const slice = Math.min(SLICES[k % SLICES.length]!, instructions - done);
    // Many programs end in small loops: out of them again.
    if (k % SLICES.length === 0) for (const cpu of cpus) cpu.state.pc = blocks[(k / SLICES.length) % blocks.length]!;
    for (const cpu of cpus) cpu.goOn(slice);
    done += slice;
    cpus[0].engine.takeInterpreted();
    interpreted += cpus[1].engine.takeInterpreted();
    const [a, b] = exceptions as [string[], string[]];
    const raised = a.findIndex((e, n) => e !== b[n]);
    if (raised >= 0 || a.length !== b.length) {
      return { difference: `exception ${raised}: ${differenceOf(a[raised] ?? b[a.length]!, b[raised] ?? 'none')}`, compiled: 0 };
    }
    a.length = b.length = 0;
    const difference = differenceOf(stateOf(cpus[0]), stateOf(cpus[1]));
    if (difference !== '') return { difference: `after ${done}: ${difference}`, compiled: 0 };
  }
  const [x, y] = cpus.map((cpu) => cpu.memory.read(0, RAM_SIZE)) as [Uint8Array, Uint8Array];
  const at = x.findIndex((v, k) => v !== y[k]);
  return { difference: at < 0 ? '' : `memory ${at.toString(16)}: ${x[at]} but ${y[at]}`, compiled: instructions - interpreted };
}

/** Takes away what a failure does not need: the program with as many instructions replaced by `nop` as possible. */
export function shrink(program: RandomProgram, fails: (p: RandomProgram) => boolean): RandomProgram {
  let best = program;
  for (let size = Math.max(1, program.lines.length >> 2); size >= 1; size >>= 1) {
    for (let from = 0; from < best.lines.length; from += size) {
      const lines = best.lines.map((l, k) =>
        k >= from && k < from + size && !l.endsWith(':') && !l.startsWith('.') && l !== 'b B0' ? 'nop' : l,
      );
      if (lines.every((l, k) => l === best.lines[k])) continue;
      const smaller = { ...best, lines };
      if (fails(smaller)) best = smaller;
    }
  }
  return best;
}
/** A program for people: lines of nothing but `nop` left out where that changes no address. */
export const listing = (program: RandomProgram): string => program.lines.filter((l) => l !== 'nop').join('; ');
