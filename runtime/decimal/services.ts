/** The decimal host services of jit/abi/services.ts: registers and FPSCR around the operations of this folder. */
import type { CpuState } from '../cpu-state.js';
import { add, divide, multiply, subtract, type Binary } from './arithmetic.js';
import * as convert from './convert.js';
import * as digits from './digits.js';
import { decode, encode, EXTENDED, LONG, SHORT, type Decimal, type DecimalFormat } from './number.js';
import { addPacked } from './packed.js';
import * as quantum from './quantum.js';
import { DecimalRegisters } from './registers.js';
import type { Outcome } from './rounding.js';
import { DecimalStatus } from './status.js';
import * as test from './test.js';

type Service = (...args: number[]) => unknown;
/** Bits of an FPR that hold a number of digits. */
const SIGNIFICANCE = 63n;

/**
 * Makes the services for one CPU. Parameters are register numbers and immediates in assembler order, before them 1 for the quad form; results are
 * values of CR fields.
 */
export function decimalServices(state: CpuState): Readonly<Record<string, Service>> {
  const registers = new DecimalRegisters(state);
  const status = new DecimalStatus(state);
  const formatOf = (quad: number): DecimalFormat => (quad ? EXTENDED : LONG);
  const datum = (f: DecimalFormat, n: number): Decimal => decode(f, registers.read(f, n));
  const put = (f: DecimalFormat, n: number, d: Decimal): void => registers.write(f, n, encode(f, d));
  const significance = (n: number): number => Number(registers.fpr(n) & SIGNIFICANCE);

  /** Writes a result, if there is one, and the FPSCR. */
  const deliver = (frt: number, outcome: Outcome): void => {
    status.deliver(outcome);
    if (outcome.value) put(outcome.format, frt, outcome.value);
  };
  const compared = (field: number, raised = 0): number => {
    status.compared(field, raised);
    return field;
  };

  const binary = (operation: Binary): Service => (quad, frt, fra, frb) => {
    const f = formatOf(quad!);
    deliver(frt!, operation(status.environment, f, datum(f, fra!), datum(f, frb!)));
  }; // prettier-ignore
  const comparison = (ordered: boolean): Service => (quad, fra, frb) => {
    const f = formatOf(quad!);
    const { field, raised } = test.compare(status.environment, datum(f, fra!), datum(f, frb!), ordered);
    return compared(field, raised);
  }; // prettier-ignore
  const masked = (operation: typeof test.testClass): Service => (quad, fra, mask) => {
    const f = formatOf(quad!);
    return compared(operation(f, datum(f, fra!), mask!));
  }; // prettier-ignore
  const toInteger = (quietly: boolean): Service => (quad, r, frt, frb, rmc) => {
    const f = formatOf(quad!);
    deliver(frt!, quantum.roundToInteger(quantum.withMode(status.environment, rmc!, r), f, datum(f, frb!), quietly));
  }; // prettier-ignore
  const shift = (left: boolean): Service => (quad, frt, fra, sh) => {
    const f = formatOf(quad!);
    put(f, frt!, digits.shiftDigits(f, datum(f, fra!), sh!, left));
  }; // prettier-ignore
  const packed = (subtract: boolean): Service => (vrt, vra, vrb, ps) => {
    const { pattern, field } = addPacked(registers.vr(vra!), registers.vr(vrb!), subtract, ps!);
    registers.setVr(vrt!, pattern);
    return field;
  }; // prettier-ignore

  return {
    dadd: binary(add),
    dsub: binary(subtract),
    dmul: binary(multiply),
    ddiv: binary(divide),
    dcmpu: comparison(false),
    dcmpo: comparison(true),
    dtstdc: masked(test.testClass),
    dtstdg: masked(test.testGroup),
    dtstex: (quad, fra, frb) => {
      const f = formatOf(quad!);
      return compared(test.testExponent(datum(f, fra!), datum(f, frb!)));
    },
    dtstsf: (quad, fra, frb) => compared(test.testSignificance(significance(fra!), datum(formatOf(quad!), frb!))),
    dquai: (quad, te, frt, frb, rmc) => {
      const f = formatOf(quad!);
      deliver(frt!, quantum.quantizeTo(quantum.withMode(status.environment, rmc!), f, te!, datum(f, frb!)));
    },
    dqua: (quad, frt, fra, frb, rmc) => {
      const f = formatOf(quad!);
      deliver(frt!, quantum.quantize(quantum.withMode(status.environment, rmc!), f, datum(f, fra!), datum(f, frb!)));
    },
    drrnd: (quad, frt, fra, frb, rmc) => {
      const f = formatOf(quad!);
      deliver(frt!, quantum.reround(quantum.withMode(status.environment, rmc!), f, significance(fra!), datum(f, frb!)));
    },
    drintx: toInteger(false),
    drintn: toInteger(true),
    dctdp: (frt, frb) => deliver(frt!, convert.lengthenShort(datum(SHORT, frb!))),
    dctqpq: (frt, frb) => deliver(frt!, convert.lengthenLong(status.environment, datum(LONG, frb!))),
    drsp: (frt, frb) => deliver(frt!, convert.shortenLong(status.environment, datum(LONG, frb!))),
    drdpq: (frt, frb) => {
      const outcome = convert.shortenExtended(status.environment, datum(EXTENDED, frb!));
      deliver(frt!, outcome);
      if (outcome.value && outcome.format === LONG) registers.setFpr(frt! + 1, 0n);
    },
    dcffix: (quad, frt, frb) =>
      deliver(frt!, convert.fromInteger(status.environment, formatOf(quad!), BigInt.asIntN(64, registers.fpr(frb!)))),
    dctfix: (quad, frt, frb) => {
      const outcome = convert.toInteger(status.environment, datum(formatOf(quad!), frb!));
      status.deliverInteger(outcome);
      if (outcome.integer !== undefined) registers.setFpr(frt!, BigInt.asUintN(64, outcome.integer));
    },
    ddedpd: (quad, sp, frt, frb) => {
      const f = formatOf(quad!);
      registers.write(f, frt!, digits.decodeToBcd(f, sp!, datum(f, frb!)));
    },
    denbcd: (quad, s, frt, frb) => {
      const f = formatOf(quad!);
      deliver(frt!, digits.encodeFromBcd(status.environment, f, s !== 0, registers.read(f, frb!)));
    },
    dxex: (quad, frt, frb) => {
      const f = formatOf(quad!);
      registers.setFpr(frt!, BigInt.asUintN(64, digits.extractExponent(f, datum(f, frb!))));
    },
    diex: (quad, frt, fra, frb) => {
      const f = formatOf(quad!);
      put(f, frt!, digits.insertExponent(f, BigInt.asIntN(64, registers.fpr(fra!)), datum(f, frb!)));
    },
    dscli: shift(true),
    dscri: shift(false),
    bcdadd: packed(false),
    bcdsub: packed(true),
  };
}
