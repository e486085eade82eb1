/** Storage services that definitions call: reservations, cache blocks, multiple and string accesses. */
import { ACCESS_READ, ACCESS_WRITE, EXCEPTION_ALIGNMENT } from '../../jit/abi/exits';
import { EXCEPTION_ADDRESS_OFFSET, EXCEPTION_OFFSET, EXCEPTION_SYNDROME_OFFSET, GPR_OFFSET, RESERVE_OFFSET } from '../../jit/abi/layout';
import { hostOf, crosses, noteWrite, readSlowInterpreter, writeSlowInterpreter } from './access';
import { FILL_DEVICE, FILL_FAULT } from './host';
import { foreignOrder, loadAligned, reversed, storeAligned } from './byte-order';
import { SWIZZLE, Word } from './word';

/** Size of a cache block of the model, and of a reservation granule, in bytes. */
let granule: u32 = 32;
/** Sets it, once, before the guest runs. */
export function setCacheBlock(bytes: u32): void {
  granule = bytes;
}
/** ESR[ST]: the access was a store (PPC440 UM 10.4.5). */
const ESR_ST: u32 = 0x00800000;

function alignment(ea: Word, syndrome: u32): void {
  store<u32>(EXCEPTION_OFFSET, EXCEPTION_ALIGNMENT);
  store<u32>(EXCEPTION_SYNDROME_OFFSET, syndrome);
  store<u64>(EXCEPTION_ADDRESS_OFFSET, <u64>ea);
}

/** lbarx, lharx, lwarx (II 4.6.2): the value, with EXCEPTION set when it could not be loaded. */
export function loadReserve(ea: Word, size: u32): Word {
  if ((<u32>ea) & (size - 1)) {
    alignment(ea, 0);
    return 0;
  }
  const host = hostOf(ea, ACCESS_READ);
  if (host == FILL_FAULT) return 0;
  if (host == FILL_DEVICE) {
    alignment(ea, 0);
    return 0;
  }
  store<u32>(RESERVE_OFFSET, host & ~(granule - 1));
  const value = loadAligned(host, size);
  return <Word>(foreignOrder() ? reversed(value, size) : value);
}

/** stbcx., sthcx., stwcx. (II 4.6.2): 1 when stored. */
export function storeConditional(ea: Word, size: u32, value: Word): u32 {
  if ((<u32>ea) & (size - 1)) {
    alignment(ea, ESR_ST);
    return 0;
  }
  const host = hostOf(ea, ACCESS_WRITE);
  if (host == FILL_FAULT) return 0;
  const held = load<u32>(RESERVE_OFFSET);
  store<u32>(RESERVE_OFFSET, 0);
  if (host == FILL_DEVICE || held != (host & ~(granule - 1))) return 0;
  noteWrite(host, size);
  storeAligned(host, size, foreignOrder() ? reversed(<u64>value, size) : <u64>value);
  return 1;
}

/** dcbz (II 4.3.2): zeroes a cache block; alignment exception on storage that is not memory. 1 when done. */
export function zeroBlock(ea: Word): u32 {
  const block = ea & ~(<Word>(granule - 1));
  const host = hostOf(block, ACCESS_WRITE);
  if (host == FILL_FAULT) return 0;
  if (host == FILL_DEVICE) {
    alignment(ea, ESR_ST);
    return 0;
  }
  noteWrite(host, granule);
  memory.fill(host, 0, granule);
  return 1;
}

/** Permission check without an access. 1 when allowed. */
export function touch(ea: Word, access: u32): u32 {
  return hostOf(ea, access) == FILL_FAULT ? 0 : 1;
}

function setGpr(n: u32, value: u32): void {
  store<u64>(GPR_OFFSET + 8 * (n & 31), <u64>value);
}
function gpr(n: u32): u32 {
  return load<u32>(GPR_OFFSET + 8 * (n & 31));
}

/** A word as the CPU's byte order has it, from the order RAM lies in, or back. */
function word(value: u32): u32 {
  return foreignOrder() ? bswap<u32>(value) : value;
}

/** One byte by way of the general path; a negative result is a fault. */
function readByte(ea: Word): i32 {
  const host = readSlowInterpreter(ea, 1);
  return host == 0 ? -1 : <i32>load<u8>(host ^ SWIZZLE);
}

/** lmw (I 3.3.6): first register and address. No register changes before it is certain that all words can be read, so that it restarts. */
export function loadMultiple(first: u32, ea: Word): u32 {
  const mayFaultLate = crosses(ea, 4 * (32 - first));
  for (let r = first; mayFaultLate && r < 32; r++) if (readSlowInterpreter(ea + <Word>(4 * (r - first)), 4) == 0) return 0;
  for (let r = first; r < 32; r++) {
    const host = readSlowInterpreter(ea + <Word>(4 * (r - first)), 4);
    if (host == 0) return 0;
    setGpr(r, word(load<u32>(host)));
  }
  return 1;
}

/** stmw (I 3.3.6). */
export function storeMultiple(first: u32, ea: Word): u32 {
  for (let r = first; r < 32; r++) {
    if (!writeSlowInterpreter(ea + <Word>(4 * (r - first)), 4, <u64>word(gpr(r)))) return 0;
  }
  return 1;
}

/** lswi, lswx (I 3.3.6): first register, address, byte count. All bytes are read before a register changes. */
export function loadString(first: u32, ea: Word, count: u32): u32 {
  for (let k: u32 = 0; k < count; k++) if (readByte(ea + <Word>k) < 0) return 0;
  for (let k: u32 = 0; k < count; k += 4) {
    let value: u32 = 0;
    for (let j: u32 = 0; j < 4; j++) value = (value << 8) | (k + j < count ? <u32>readByte(ea + <Word>(k + j)) : 0);
    setGpr(first + (k >> 2), value);
  }
  return 1;
}

/** stswi, stswx (I 3.3.6). */
export function storeString(first: u32, ea: Word, count: u32): u32 {
  for (let k: u32 = 0; k < count; k++) {
    const byte = gpr(first + (k >> 2)) >> (24 - 8 * (k & 3));
    if (!writeSlowInterpreter(ea + <Word>k, 1, <u64>(byte & 0xff))) return 0;
  }
  return 1;
}

/** High halves of 64 x 64-bit products. */
export function mulHighU64(a: u64, b: u64): u64 {
  const low = (a & 0xffffffff) * (b & 0xffffffff);
  const middle = (a >> 32) * (b & 0xffffffff) + (low >> 32);
  const other = (a & 0xffffffff) * (b >> 32) + (middle & 0xffffffff);
  return (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
}
export function mulHighS64(a: i64, b: i64): i64 {
  let high = <i64>mulHighU64(<u64>a, <u64>b);
  if (a < 0) high -= b;
  if (b < 0) high -= a;
  return high;
}
