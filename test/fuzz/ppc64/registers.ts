/** Draws the registers that POWER8 has beside those of 32-bit processors. */
import type { Random } from '../random.js';
import type { InitialState } from '../stream.js';
import { anyDoubleword, anyVector, anyWord } from '../values.js';

const FPRS = 32;
const VSRS = 64;
/** VSCR: saturation, and non-Java mode, which flushes denormals to 0 (I 6.3.2). */
const SAT = 1;
const NJ = 0x10000;
const DECIMAL_ROUNDING_MODES = 8;
const LOW = (1n << 64n) - 1n;

/** Doubles stay in most FPRs. */
export function drawRegisters(random: Random, state: InitialState): void {
  const { gpr, vsr } = state;
  for (let n = 0; n < 32; n++) gpr[n] = anyDoubleword(random);
  for (let n = 0; n < VSRS; n++) {
    const v = anyVector(random);
    if (n >= FPRS || random.chance(30)) vsr[2 * n] = v >> 64n;
    vsr[2 * n + 1] = v & LOW;
  }
  const wideCount = random.chance(50) ? state.ctr : anyDoubleword(random);
  // Of what 32-bit mode ignores, there is something now and then.
  state.ctr = state.mode64 || random.chance(50) ? wideCount : BigInt.asUintN(32, wideCount) | (BigInt(random.word()) << 32n);
  state.lr = anyDoubleword(random);
  state.tar = anyDoubleword(random);
  state.vrsave = anyWord(random);
  state.vscr = (random.chance(25) ? SAT : 0) | (random.chance(15) ? NJ : 0);
  state.fpscrHigh = random.chance(20) ? random.below(DECIMAL_ROUNDING_MODES) : 0;
}
