import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Assembler } from '../../jit/isa/assemble.js';
import { PPC440EP, PPC750 } from '../../jit/isa/cpus/index.js';
import { Decoder } from '../../jit/isa/decoder.js';
import { Disassembler } from '../../jit/isa/disassemble.js';
import { INSTRUCTIONS } from '../../jit/isa/index.js';
import { haveObjdump, objdump } from './objdump.js';

const shared = (path: string) => fileURLToPath(new URL(`../../../shared/${path}`, import.meta.url));
const VECTORS = shared('data/dingusppc/ppcdisasmtest.csv');
const KERNEL = shared('guests/kernels/vmlinux-bamboo.xz');

/** Rows that do not say what the manual says, by instruction word. */
const WRONG: Readonly<Record<string, string>> = {
  '4280035C': 'bc 20,0 is not b: b is the I form (Book I 2.4)',
  '7FBFB800': 'L = 1: the text leaves it out, which means cmpw (Book I 3.3.10)',
  FF80F10C: 'BF of mtfsfi is a field of FPSCR, not of CR (Book I 4.6.10)',
  FF80F10D: 'BF of mtfsfi is a field of FPSCR, not of CR (Book I 4.6.10)',
};
/** Instructions of the POWER architecture that the 601 kept and the PowerPC architecture has not (32-bit PEM, appendix B). */
const POWER_ONLY = /^(?:doz|abs|nabs|mul|div|divs|clcs|dozi|maskg|maskir|rlmi|rrib|sle|sleq|sliq|slliq|sllq|sre|sreq|sriq)o?\.?$/;
/** Of the 603 alone. */
const ONLY_603 = /^tlbl[di]$/;
/** Said to be invalid, but only reserved bits are set, which processors ignore (Book I 1.3.3). */
const RESERVED_BITS = 'dc.l';

describe.skipIf(!existsSync(VECTORS))('published disassembly (needs ../shared/data/dingusppc)', () => {
  const decoder = new Decoder(INSTRUCTIONS, PPC750);
  const assembler = new Assembler(decoder);
  const rows = existsSync(VECTORS) ? readFileSync(VECTORS, 'utf8').split('\n').filter((line) => /^0x/.test(line)) : []; // prettier-ignore

  it('is what the assembler takes for the same words', () => {
    const differences: string[] = [];
    let compared = 0;
    for (const row of rows) {
      const [address, word, mnemonic, ...operands] = row.trim().split(',') as [string, string, string, ...string[]];
      if (POWER_ONLY.test(mnemonic) || ONLY_603.test(mnemonic) || mnemonic === RESERVED_BITS || word.slice(2) in WRONG) continue;
      // Negative hexadecimal numbers, and displacements without a base: spellings of theirs.
      const plain = operands.map((o) => o.replace(/-0x[0-9A-Fa-f]+/, (n) => `-${Number(n.slice(1))}`));
      if (/^(?:st|l[^i])\w*$/.test(mnemonic) && plain.length === 2 && /^[0-9-]/.test(plain[1]!) && !plain[1]!.endsWith(')'))
        plain[1] += '(0)';
      compared++;
      let back: string;
      try {
        back = assembler.assemble(`${mnemonic} ${plain.join(',')}`, Number(address)).toString(16);
      } catch (error) {
        back = (error as Error).message;
      }
      if (back !== Number(word).toString(16)) differences.push(`${row.trim()} | ${back}`);
    }
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(270);
  });

  it('has no instructions of POWER and of the 603 on the 750', () => {
    const others = rows.map((row) => row.trim().split(',')).filter((row) => POWER_ONLY.test(row[2]!) || ONLY_603.test(row[2]!));
    expect(others.length).toBe(51);
    for (const row of others) expect(decoder.decode(Number(row[1])), row.join()).toBeUndefined();
  });

  it('ignores reserved bits', () => {
    const reserved = rows.map((row) => row.trim().split(',')).filter((row) => row[2] === RESERVED_BITS);
    expect(reserved.map((row) => decoder.decode(Number(row[1]))?.mnemonic)).toEqual(['lwzx', 'tw', 'neg', 'subfze']);
  });
});

const haveXz = spawnSync('xz', ['--version']).status === 0;
describe.skipIf(!haveObjdump || !haveXz || !existsSync(KERNEL))('a Linux kernel (needs ../shared/guests, xz, binutils)', () => {
  it('disassembles as binutils do it', () => {
    const elf = spawnSync('xz', ['-dc', KERNEL], { maxBuffer: 1 << 28 }).stdout;
    const segment = elf.readUInt32BE(28);
    const start = elf.readUInt32BE(segment + 4);
    const base = elf.readUInt32BE(segment + 8);
    // Text is what precedes the read-only data: all that Linux for the 440 has executable.
    const words = Array.from({ length: 0x3c0000 >> 2 }, (_, n) => elf.readUInt32BE(start + 4 * n));
    const disassembler = new Disassembler(new Decoder(INSTRUCTIONS, PPC440EP));
    const theirs = objdump(words, '440', base);
    const differences: string[] = [];
    let same = 0;
    words.forEach((word, n) => {
      const ours = disassembler.disassemble(word, base + 4 * n);
      if (ours === theirs[n]) same++;
      else if (!/^m[ft]dcrx /.test(theirs[n]!))
        differences.push(`${(base + 4 * n).toString(16)} ${word.toString(16).padStart(8, '0')}: ${ours} | ${theirs[n]}`);
    });
    expect(differences.slice(0, 60)).toEqual([]);
    expect(same).toBeGreaterThan(900_000);
  });
});
