/**
 * Storage accesses that the soft TLB could not answer: misses, unaligned and page-crossing ones, devices. Results are host
 * addresses as the fast path would have made them, so that the caller goes on with its own load: it knows in which order RAM lies.
 */
import { ACCESS_READ, ACCESS_WRITE } from '../../jit/abi/exits';
import {
  CODE_GRANULES_OFFSET,
  CODE_GRANULE_SHIFT,
  DEVICE_DATA_OFFSET,
  EXCEPTION_OFFSET,
  SCRATCH_OFFSET,
  SOFT_TLB_READ,
} from '../../jit/abi/layout';
import { inLayoutOrder, storeAligned } from './byte-order';
import { FILL_DEVICE, FILL_FAULT, codeWritten, deviceRead, deviceWrite, fill } from './host';
import { OVERLAY_DONE_HEED, OVERLAY_NOT_DONE, overlayAddress, overlayEntry, overlayIsPlain, overlayStore } from './overlay';
import { WRITE_TABLE, addendOf, softTlbEntry, translates } from './soft-tlb';
import { SWIZZLE, Word } from './word';

/** A device was accessed since the run loop last looked: interrupt lines may have changed. */
export let deviceTouched: u32 = 0;
/** AssemblyScript's exported variables are read-only elsewhere. */
export function setDeviceTouched(on: u32): void {
  deviceTouched = on;
}

/** Host address of a byte for reading or writing: from the soft TLB if it is there; else as `fill`. */
export function hostOf(ea: Word, access: u32): u32 {
  const entry = softTlbEntry(access == ACCESS_WRITE ? WRITE_TABLE : SOFT_TLB_READ, ea);
  return translates(entry, ea) ? <u32>ea + addendOf(entry) : fill(ea, access);
}

/** Reads `size` bytes at a host address of RAM, that lie inside one page; the first is the most significant. */
function readBytes(host: u32, size: u32): u64 {
  let value: u64 = 0;
  for (let k: u32 = 0; k < size; k++) value = (value << 8) | (<u64>load<u8>((host + k) ^ SWIZZLE));
  return value;
}

/** Writes what readBytes reads. */
function writeBytes(host: u32, size: u32, value: u64): void {
  for (let k: u32 = 0; k < size; k++) store<u8>((host + k) ^ SWIZZLE, <u8>(value >> (8 * (size - 1 - k))));
}

/** Leaves a value, whose first byte is the most significant, where the caller's load of `size` bytes will find it. */
function scratch(size: u32, value: u64): u32 {
  storeAligned(SCRATCH_OFFSET, size, inLayoutOrder(value, size));
  return SCRATCH_OFFSET;
}

/** Size of the smallest page of any guest, in bytes. */
const SMALLEST_PAGE: u32 = 0x400;

/** Whether an access of `size` bytes at `ea` may touch two pages. */
export function crosses(ea: Word, size: u32): bool {
  return ((<u32>ea) & (SMALLEST_PAGE - 1)) + size > SMALLEST_PAGE;
}

/** Reads byte by byte across the end of a page, one of whose sides is a device's. Both sides may be read. */
function readSingly(ea: Word, size: u32): u64 {
  deviceTouched = 1;
  let value: u64 = 0;
  for (let k: u32 = 0; k < size; k++) {
    const host = fill(ea + k, ACCESS_READ);
    if (host == FILL_DEVICE) deviceRead(1);
    value = (value << 8) | (<u64>(host == FILL_DEVICE ? load<u8>(DEVICE_DATA_OFFSET) : load<u8>(host ^ SWIZZLE)));
  }
  return value;
}

/** Writes as readSingly reads. */
function writeSingly(ea: Word, size: u32, value: u64): void {
  deviceTouched = 1;
  for (let k: u32 = 0; k < size; k++) {
    const byte = (value >> (8 * (size - 1 - k))) & 0xff;
    const host = fill(ea + k, ACCESS_WRITE);
    if (host == FILL_DEVICE) {
      store<u64>(DEVICE_DATA_OFFSET, byte);
      deviceWrite(1);
    } else storeHost(host, 1, byte);
  }
}

/**
 * A load that missed. `devices`: 1 in the interpreter, which performs device accesses; 0 in compiled code, which leaves them
 * to the interpreter.
 * @returns a host address to load from; 0 when an exception is pending (or a device was met and `devices` is 0)
 */
function readSlow(ea: Word, size: u32, devices: bool): u32 {
  const overlaid = overlayEntry(ea, size);
  if (overlaid != 0) return overlayAddress(overlaid);
  const host = hostOf(ea, ACCESS_READ);
  if (host == FILL_FAULT) return 0;
  if (!crosses(ea, size)) {
    if (host != FILL_DEVICE) {
      if (((<u32>ea) & (size - 1)) == 0) return host;
      return scratch(size, readBytes(host, size));
    }
    if (!devices) return 0;
    deviceTouched = 1;
    if (!deviceRead(size)) return 0;
    return scratch(size, load<u64>(DEVICE_DATA_OFFSET));
  }
  const first: u32 = SMALLEST_PAGE - ((<u32>ea) & (SMALLEST_PAGE - 1));
  const second = hostOf(ea + first, ACCESS_READ);
  if (second == FILL_FAULT) return 0;
  if (second == FILL_DEVICE || host == FILL_DEVICE) {
    if (!devices) return 0;
    const value = readSingly(ea, size);
    // Nobody may have answered.
    return load<u32>(EXCEPTION_OFFSET) == 0 ? scratch(size, value) : 0;
  }
  return scratch(size, (readBytes(host, first) << (8 * (size - first))) | readBytes(second, size - first));
}

/** A load that missed, for the interpreter and for compiled code. See readSlow. */
export function readSlowInterpreter(ea: Word, size: u32): u32 {
  return readSlow(ea, size, true);
}
/** As readSlowInterpreter, for compiled code: 0 lets the interpreter do the access. */
export function readSlowCompiled(ea: Word, size: u32): u32 {
  const host = readSlow(ea, size, false);
  // The interpreter meets the same fault again and reports it from there.
  if (host == 0) store<u32>(EXCEPTION_OFFSET, 0);
  return host;
}

/** Tells the runtime when `size` bytes at `host`, inside one page, hold instructions that it knows. */
export function noteWrite(host: u32, size: u32): void {
  const granules = load<u32>(CODE_GRANULES_OFFSET + ((host >>> 12) << 2));
  if (granules == 0) return;
  const first = (host & 0xfff) >>> CODE_GRANULE_SHIFT;
  const last = ((host + size - 1) & 0xfff) >>> CODE_GRANULE_SHIFT;
  if (((granules >>> first) & 1) | ((granules >>> last) & 1)) codeWritten(host, size);
}

function storeHost(host: u32, size: u32, value: u64): void {
  noteWrite(host, size);
  writeBytes(host, size, value);
}

/** A store that missed; the value's first byte is the most significant. Both pages of a crossing access are checked before any byte changes. */
function writeSlow(ea: Word, size: u32, value: u64, devices: bool): u32 {
  const overlaid = overlayEntry(ea, size);
  if (overlaid != 0 && (devices || overlayIsPlain(overlaid))) {
    const done = overlayStore(overlaid, <u32>value);
    if (done == OVERLAY_DONE_HEED) deviceTouched = 1;
    if (done != OVERLAY_NOT_DONE) return 1;
  }
  const host = hostOf(ea, ACCESS_WRITE);
  if (host == FILL_FAULT) return 0;
  if (!crosses(ea, size)) {
    if (host != FILL_DEVICE) {
      storeHost(host, size, value);
      return 1;
    }
    if (!devices) return 0;
    deviceTouched = 1;
    store<u64>(DEVICE_DATA_OFFSET, value);
    return deviceWrite(size);
  }
  const first: u32 = SMALLEST_PAGE - ((<u32>ea) & (SMALLEST_PAGE - 1));
  const second = hostOf(ea + first, ACCESS_WRITE);
  if (second == FILL_FAULT) return 0;
  if (second == FILL_DEVICE || host == FILL_DEVICE) {
    if (!devices) return 0;
    writeSingly(ea, size, value);
    return load<u32>(EXCEPTION_OFFSET) == 0 ? 1 : 0;
  }
  storeHost(host, first, value >> (8 * (size - first)));
  storeHost(second, size - first, value);
  return 1;
}

/** A store of what generated code would have stored, that missed; returns 1 when it is done, 0 as readSlow does. */
export function writeSlowInterpreter(ea: Word, size: u32, value: u64): u32 {
  return writeSlow(ea, size, inLayoutOrder(value, size), true);
}
/** As writeSlowInterpreter, for compiled code: 0 lets the interpreter do the access. */
export function writeSlowCompiled(ea: Word, size: u32, value: u64): u32 {
  const done = writeSlow(ea, size, inLayoutOrder(value, size), false);
  if (!done) store<u32>(EXCEPTION_OFFSET, 0);
  return done;
}
