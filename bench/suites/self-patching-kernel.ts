/**
 * Makes a Linux kernel patch itself for the magic page. Linux 6.1 for 44x calls the interface and then gives up: its self-test reads the page
 * through the check for user addresses, which -4096 never passes (arch/powerpc/kernel/kvm.c and mm/gup.c: kvm_use_magic_page,
 * fault_in_readable); and where it does not give up, 64 KiB are too little for the trampolines of all its instructions.
 */

/** Kernel virtual address of real address 0 on 32-bit Linux. */
const KERNEL_BASE = 0xc0000000;
/** Room for trampolines in place of the kernel's own 64 KiB. */
const BUFFER_BYTES = 2 ** 20;
/** Where the buffer lies, as near to the text as branches reach. The kernel must be told to leave it alone: see MEMORY_LIMIT. */
const BUFFER_REAL = 0x1e0_0000;
/** For the kernel's command line; the machine needs 32 MiB or more. */
export const MEMORY_LIMIT = `mem=${BUFFER_REAL / 2 ** 20}M`;

/** Words to look for; `undefined` stands for any, and a pair for a word and the bits of it that count. */
type Pattern = readonly (number | undefined | readonly [word: number, mask: number])[];

/** li r4,4; li r3,-4096; bl fault_in_readable; cmpwi r3,0; beq: the self-test. */
const SELF_TEST: Pattern = [0x38800004, 0x3860f000, undefined, 0x2c030000, [0x41820000, 0xffff0000]];
/** lis r9,end; lwz r4,used; lis r10,start; addi r9; addi r10; subf r9,r10,r9: room left in the buffer. */
const ROOM: Pattern = [
  [0x3d200000, 0xffff0000],
  undefined,
  [0x3d400000, 0xffff0000],
  [0x39290000, 0xffff0000],
  [0x394a0000, 0xffff0000],
  0x7d2a4850,
];

/** Byte offset of the only place that matches. */
function find(view: DataView, pattern: Pattern, what: string): number {
  const found: number[] = [];
  for (let at = 0; at + 4 * pattern.length <= view.byteLength; at += 4) {
    const matches = pattern.every((p, k) => {
      if (p === undefined) return true;
      const [word, mask] = typeof p === 'number' ? [p, 0xffffffff] : p;
      return ((view.getUint32(at + 4 * k) ^ word) & mask) === 0;
    });
    if (matches) found.push(at);
  }
  if (found.length !== 1) throw new Error(`this kernel is not the one expected: ${what} found ${found.length} times`);
  return found[0]!;
}

/**
 * A copy of a kernel image that patches all of its text. To be run with MEMORY_LIMIT on its command line.
 * @throws Error when it is not a kernel of the kind described above
 */
export function selfPatchingKernel(image: Uint8Array): Uint8Array {
  const copy = image.slice();
  const view = new DataView(copy.buffer);
  // beq becomes b.
  const branch = find(view, SELF_TEST, 'the self-test') + 16;
  view.setUint32(branch, 0x48000000 | (view.getUint32(branch) & 0xfffc));
  const room = find(view, ROOM, 'the size of the buffer');
  const start = (KERNEL_BASE + BUFFER_REAL) >>> 16;
  view.setUint16(room + 2, start + BUFFER_BYTES / 2 ** 16);
  view.setUint16(room + 10, start);
  return copy;
}
