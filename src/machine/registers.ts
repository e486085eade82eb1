import type { Engine } from '../../runtime/engine.js';
import { ConfigError } from '../config-error.js';

const SPECIAL = ['pc', 'msr', 'lr', 'ctr', 'cr', 'xer', 'fpscr'] as const;
type Special = (typeof SPECIAL)[number];
const isSpecial = (name: string): name is Special => (SPECIAL as readonly string[]).includes(name);

const unknown = (name: string) =>
  new ConfigError(
    `there is no register ${name}`,
    'register',
    'use r0..r31, f0..f31, pc, msr, lr, ctr, cr, xer, fpscr or the name of an SPR',
  );
const numbered = (prefix: string, name: string): number => {
  const m = new RegExp(`^${prefix}(\\d+)$`).exec(name);
  const n = m ? Number(m[1]) : 32;
  return n < 32 ? n : -1;
};
const join = (low: number, high: number) => (BigInt(high) << 32n) | BigInt(low);

/** The upper halves of those that have one on 64-bit models. */
const HIGH = { pc: 'pcHigh', msr: 'msrHigh', lr: 'lrHigh', ctr: 'ctrHigh' } as const;
const isWide = (name: Special): name is keyof typeof HIGH => name in HIGH;

/** Reads a register by name; floating-point registers as bit patterns. */
export function readRegister(engine: Engine, name: string): bigint {
  const { state, services, model } = engine.core;
  const lower = name.toLowerCase();
  const wide = model.width === 64;
  if (lower === 'fpscr') engine.native('materializeFpscr')();
  if (isSpecial(lower)) return join(state[lower], wide && isWide(lower) ? state[HIGH[lower]] : 0);
  const r = numbered('r', lower);
  if (r >= 0) return wide ? join(state.gpr(r), state.gprHigh(r)) : BigInt(state.gpr(r));
  const f = numbered('f', lower);
  if (f >= 0) return join(state.fprLow(f), state.fprHigh(f));
  const spr = [...model.sprs.byNumber.values()].find((s) => s.read && s.name.toLowerCase() === lower);
  if (!spr) throw unknown(name);
  const low = (services['readSpr'] as (n: number) => number)(spr.number) >>> 0;
  return join(low, wide ? state.serviceHigh : 0);
}

/** Writes a register by name; what is above its width is lost. */
export function writeRegister(engine: Engine, name: string, value: bigint): void {
  const { state, services, model } = engine.core;
  const lower = name.toLowerCase();
  const wide = model.width === 64;
  const low = Number(BigInt.asUintN(32, value));
  const high = wide ? Number(BigInt.asUintN(32, value >> 32n)) : 0;
  if (lower === 'msr') return (services['writeMsr'] as (low: number, high: number) => void)(low, high);
  if (lower === 'fpscr') engine.native('materializeFpscr')();
  if (isSpecial(lower)) {
    state[lower] = low;
    if (isWide(lower)) state[HIGH[lower]] = high;
    return;
  }
  const r = numbered('r', lower);
  const f = numbered('f', lower);
  if (r >= 0) return state.setGpr(r, low, high);
  if (f >= 0) return state.setFpr(f, low, Number(BigInt.asUintN(32, value >> 32n)));
  const spr = [...model.sprs.byNumber.values()].find((s) => s.write && s.name.toLowerCase() === lower);
  if (!spr) throw unknown(name);
  (services['writeSpr'] as (n: number, low: number, high: number) => void)(spr.number, low, high);
}
