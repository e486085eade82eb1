/** Exceptions that definitions raise with an address. */
import { EXCEPTION_ALIGNMENT } from '../../jit/abi/exits';
import { EXCEPTION_ADDRESS_OFFSET, EXCEPTION_OFFSET, EXCEPTION_SYNDROME_OFFSET } from '../../jit/abi/layout';
import { Word } from './word';

/** An alignment exception at an effective address (for DAR or DEAR). */
export function raiseAlignment(ea: Word): void {
  store<u32>(EXCEPTION_OFFSET, EXCEPTION_ALIGNMENT);
  store<u32>(EXCEPTION_SYNDROME_OFFSET, 0);
  store<u64>(EXCEPTION_ADDRESS_OFFSET, <u64>ea);
}
