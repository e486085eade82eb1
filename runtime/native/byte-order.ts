/** Between values and the order in which RAM keeps their bytes. */
import { MSR_OFFSET } from '../../jit/abi/layout';
import { SWIZZLE } from './word';

/** MSR[LE]. */
const MSR_LE: u32 = 1;

/** Whether the CPU's byte order is not the one RAM lies in. */
export function foreignOrder(): bool {
  return ((load<u32>(MSR_OFFSET) & MSR_LE) != 0) != (SWIZZLE == 0);
}

/** The low `size` bytes (1, 2, 4 or 8) of a value in reverse order. */
export function reversed(value: u64, size: u32): u64 {
  return bswap<u64>(value) >> (64 - 8 * size);
}

/** A value as a plain load of `size` bytes at a host address of RAM gives it, from the value whose first byte is the most significant, or back. */
export function inLayoutOrder(value: u64, size: u32): u64 {
  return SWIZZLE == 0 ? reversed(value, size) : value;
}

/** Loads `size` aligned bytes (1, 2, 4 or 8) as a plain load of generated code does. */
export function loadAligned(host: u32, size: u32): u64 {
  if (size == 4) return <u64>load<u32>(host);
  if (size == 8) return SWIZZLE == 0 ? load<u64>(host) : rotl<u64>(load<u64>(host), 32);
  if (size == 2) return <u64>load<u16>(host ^ (SWIZZLE & 2));
  return <u64>load<u8>(host ^ SWIZZLE);
}

/** Stores what loadAligned loads. */
export function storeAligned(host: u32, size: u32, value: u64): void {
  if (size == 4) store<u32>(host, <u32>value);
  else if (size == 8) store<u64>(host, SWIZZLE == 0 ? value : rotl<u64>(value, 32));
  else if (size == 2) store<u16>(host ^ (SWIZZLE & 2), <u16>value);
  else store<u8>(host ^ SWIZZLE, <u8>value);
}
