import type { Segment } from '../segment.js';

const HEADER = 52;
const PROGRAM_HEADER = 32;

/** An executable ELF32 file for PowerPC with one PT_LOAD for each segment (System V ABI, PowerPC supplement). */
export function elfImage(entry: number, segments: readonly Segment[]): Uint8Array {
  const dataStart = HEADER + PROGRAM_HEADER * segments.length;
  const size = segments.reduce((sum, s) => sum + s.bytes.length, dataStart);
  const file = new Uint8Array(size);
  const view = new DataView(file.buffer);
  // ELF32, big-endian, version 1.
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 2, 1]);
  const executable = 2;
  const powerpc = 20;
  view.setUint16(16, executable);
  view.setUint16(18, powerpc);
  view.setUint32(20, 1);
  view.setUint32(24, entry);
  view.setUint32(28, HEADER);
  view.setUint16(40, HEADER);
  view.setUint16(42, PROGRAM_HEADER);
  view.setUint16(44, segments.length);
  let at = dataStart;
  segments.forEach(({ address, bytes }, k) => {
    const load = 1;
    const anyAccess = 7;
    [load, at, address, address, bytes.length, bytes.length, anyAccess, 4].forEach((word, n) =>
      view.setUint32(HEADER + PROGRAM_HEADER * k + 4 * n, word),
    );
    file.set(bytes, at);
    at += bytes.length;
  });
  return file;
}
