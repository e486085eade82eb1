/** Chooses the registers of accesses to storage: addresses inside the window, pairs of load with reservation and conditional store, no invalid form. */
import { FIELDS, type Operand } from '../../jit/isa/operands.js';
import { MSR } from '../../jit/isa/registers.js';
import { accessSize, isReservation } from './case.js';
import type { StreamContext, Word } from './stream-context.js';

type AnyOperand = Operand<string, unknown>;
const F = FIELDS;
/** Any outcome is allowed for an unaligned reservation: few are enough. */
const UNALIGNED_PERCENT = 5;

/** The registers of an access; the address where it goes as far as that is known. */
export function chooseAddress(w: Word, operand: AnyOperand): bigint {
  const { addresses } = w.context;
  const displacement = operand.fields.find((f) => f.name.startsWith('D'));
  if (displacement) {
    const { ra, d, ea } = addresses.displaced(operand.name !== 'mem', 1 << (displacement.shift ?? 0));
    w.put(F.RA, ra);
    w.put(displacement, d >> (displacement.shift ?? 0));
    return ea;
  }
  if (!operand.fields.includes(F.RB)) {
    const { ra, ea } = addresses.alone();
    w.put(F.RA, ra);
    return ea;
  }
  const { ra, rb, ea } = isReservation(w.inst) ? chooseReserved(w) : addresses.indexed(operand.name !== 'mem');
  w.put(F.RA, ra);
  w.put(F.RB, rb);
  return ea;
}

/** A conditional store to another address than the reservation's may do one thing or the other. */
function chooseReserved(w: Word): { ra: number; rb: number; ea: bigint } {
  const { context } = w;
  const { reservation, random } = context;
  const size = accessSize(w.inst.mnemonic);
  if (reservation) {
    if (reservation.stale || reservation.size !== size) w.invalid = true;
    return { ra: reservation.ra, rb: reservation.rb, ea: 0n };
  }
  const chosen = context.addresses.indexed(true);
  if (chosen.ea & BigInt(size - 1) && random.chance(100 - UNALIGNED_PERCENT)) w.invalid = true;
  if (w.inst.mnemonic.startsWith('l')) {
    const { ra, rb } = chosen;
    w.commits.push(() => (context.reservation = { size, ra, rb, stale: false }));
  }
  return chosen;
}

/** A register that may hold an address has a new value. */
function changeAddress({ addresses, reservation }: StreamContext, register: number, value: bigint | undefined): void {
  if (!addresses.holds(register)) return;
  addresses.changed(register, value);
  if (reservation) reservation.stale = true;
}

/** The registers of an access that writes the address back. */
export function chooseUpdatedAddress(w: Word, operand: AnyOperand): void {
  const { context, inst } = w;
  const ea = chooseAddress(w, operand);
  const ra = w.get(F.RA);
  const floating = inst.facts.needs?.includes('fpu') ?? false;
  const succeeds = context.addresses.allowed(ea, accessSize(inst.mnemonic)) && !(floating && !(context.state.msr & MSR.FP.mask));
  if (succeeds) w.commits.push(() => changeAddress(context, ra, ea));
}

/** The first of the registers that a multiple, string or quadword access moves. A load must not hit the registers of its address. */
export function chooseFirstOfMany(w: Word): void {
  const { context, inst } = w;
  const { random } = context;
  const { mnemonic } = inst;
  const quadword = /^(?:l|st)q/.test(mnemonic);
  const count = (first: number): number | undefined => {
    if (quadword) return 2;
    if (mnemonic.endsWith('mw')) return 32 - first;
    if (mnemonic.endsWith('swx')) return context.xerCount === undefined ? undefined : Math.ceil(context.xerCount / 4);
    return Math.ceil((w.get(F.RB) || 32) / 4);
  };
  const drawn = mnemonic.endsWith('mw') && random.chance(90) ? 13 + random.below(19) : random.below(32);
  const first = quadword ? drawn & 30 : drawn;
  w.put(F.RT, first);
  if (!mnemonic.startsWith('l')) return;
  const n = count(first);
  // How many bytes lswx moves must be known, and be some.
  if (n === undefined || n === 0) {
    w.invalid = true;
    return;
  }
  const inRange = (register: number) => ((register - first) & 31) < n;
  const indexed = mnemonic === 'lswx' || mnemonic === 'lqarx';
  if (inRange(w.get(F.RA)) || (indexed && inRange(w.get(F.RB)))) w.invalid = true;
  w.commits.push(() => {
    for (let k = 0; k < n; k++) changeAddress(context, (first + k) & 31, undefined);
  });
}
