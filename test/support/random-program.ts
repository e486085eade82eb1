/** Random programs: blocks of instructions that branch to one another for ever, with accesses, calls, traps and faults among them. */
import { Scatter } from '../isa/situations.js';

/** Where a program's parts lie. The handler skips the instruction that raised an exception. */
export const PROGRAM = 0x10000;
export const HANDLER = 0x700;
export const DATA = 0x20000;
/** RAM ends here, and nothing is mapped behind. */
export const RAM_SIZE = 0x100000;

/** What may occur in a program. */
export interface ProgramKind {
  /** Exceptions of all kinds, and accesses that miss. */
  readonly faults: boolean;
  readonly floats: boolean;
  /** Stores to the program's own instructions. */
  readonly patches?: boolean;
  /** Decrementer interrupts every few hundred instructions. */
  readonly interrupts?: boolean;
}

/** A program as lines of source; some of them are labels. */
export interface RandomProgram {
  readonly lines: readonly string[];
  readonly kind: ProgramKind;
  readonly seed: string;
}

/** Where the decrementer's handler lies; it acknowledges the interrupt and counts it in SPRG4. */
export const TIMER_HANDLER = 0x800;
export const TIMER_SOURCE =
  'mtspr 273,r31; mfspr r31,276; addi r31,r31,1; mtspr 276,r31; lis r31,0x0800; mtspr 336,r31; mfspr r31,273; rfi';

/** Returns to the instruction behind the one that raised the exception. */
export const HANDLER_SOURCE = 'mtspr 272,r31; mfspr r31,26; addi r31,r31,4; mtspr 26,r31; mfspr r31,272; rfi';

class Generator {
  readonly lines: string[] = [];
  readonly blocks: number;

  constructor(
    readonly s: Scatter,
    readonly kind: ProgramKind,
  ) {
    this.blocks = 3 + s.below(10);
  }

  /** r1 is the data's address and r2 to r4 are scratch of addresses; the others are anything. */
  #r = () => `r${5 + this.s.below(27)}`;
  #any = () => `r${this.s.below(8) ? 5 + this.s.below(12) : this.s.below(32)}`;
  #f = () => `f${this.s.below(8)}`;
  #cr = () => `cr${this.s.below(3) ? this.s.below(2) : this.s.below(8)}`;
  #bit = () => this.s.below(this.s.below(3) ? 8 : 32);
  #si = () => this.s.pick([0, 1, -1, 2, -32768, 32767, this.s.below(65536) - 32768]);
  #block = () => `B${this.s.below(this.blocks)}`;
  #rc = () => (this.s.below(3) ? '' : '.');
  #oe = () => (this.s.below(5) ? '' : 'o');

  program(): void {
    for (let k = 0; k < this.blocks; k++) {
      this.lines.push(`B${k}:`);
      if (this.kind.patches) this.#apart(k);
      for (let n = this.s.below(9); n > 0; n--) this.#instruction();
      this.#ending();
    }
    // Behind the last block, also when a handler has skipped the first of these.
    this.lines.push('b B0', 'b B0');
  }

  /** Puts the block where no other shares its granule, more often than not, with an instruction in front that may be patched. */
  #apart(block: number): void {
    const label = this.lines.pop()!;
    if (this.s.below(4)) this.lines.push(`b B${block}`, '.align 7');
    this.lines.push(label, `P${block}:`, `addi r12,r12,${block}`);
  }

  #instruction(): void {
    const { s } = this;
    const kinds = [
      this.#arithmetic,
      this.#arithmetic,
      this.#logical,
      this.#rotate,
      this.#compare,
      this.#conditionRegister,
      this.#accesses,
      this.#access,
      this.#access,
      this.#system,
    ];
    if (this.kind.floats) kinds.push(this.#float, this.#float);
    if (this.kind.faults) kinds.push(this.#fault);
    if (this.kind.patches) kinds.push(this.#patch);
    s.pick(kinds).call(this);
  }

  #arithmetic(): void {
    const { s } = this;
    const [t, a, b] = [this.#r(), this.#any(), this.#any()];
    const three = s.pick(['add', 'addc', 'adde', 'subf', 'subfc', 'subfe', 'mullw', 'divw', 'divwu']);
    const two = s.pick(['addme', 'addze', 'subfme', 'subfze', 'neg']);
    this.lines.push(s.pick([
      () => `${three}${this.#oe()}${this.#rc()} ${t},${a},${b}`,
      () => `${two}${this.#oe()}${this.#rc()} ${t},${a}`,
      () => `${s.pick(['mulhw', 'mulhwu'])}${this.#rc()} ${t},${a},${b}`,
      () => `${s.pick(['addi', 'addis', 'addic', 'addic.', 'subfic', 'mulli'])} ${t},${this.#r()},${this.#si()}`,
      () => `${s.pick(['macchw', 'nmachhws', 'maclhwu'])}${this.#oe()}${this.#rc()} ${t},${a},${b}`,
    ])());
  } // prettier-ignore
  #logical(): void {
    const { s } = this;
    const [t, a, b] = [this.#r(), this.#any(), this.#any()];
    this.lines.push(s.pick([
      () => `${s.pick(['and', 'or', 'xor', 'nand', 'nor', 'eqv', 'andc', 'orc'])}${this.#rc()} ${t},${a},${b}`,
      () => `${s.pick(['ori', 'oris', 'xori', 'xoris', 'andi.', 'andis.'])} ${t},${a},${s.below(65536)}`,
      () => `${s.pick(['extsb', 'extsh', 'cntlzw'])}${this.#rc()} ${t},${a}`,
    ])());
  } // prettier-ignore
  #rotate(): void {
    const { s } = this;
    const [t, a, b] = [this.#r(), this.#any(), this.#any()];
    const mask = `${s.below(32)},${s.below(32)}`;
    this.lines.push(s.pick([
      () => `${s.pick(['rlwinm', 'rlwimi'])}${this.#rc()} ${t},${a},${s.below(32)},${mask}`,
      () => `rlwnm${this.#rc()} ${t},${a},${b},${mask}`,
      () => `${s.pick(['slw', 'srw', 'sraw'])}${this.#rc()} ${t},${a},${b}`,
      () => `srawi${this.#rc()} ${t},${a},${s.below(32)}`,
    ])());
  } // prettier-ignore
  #compare(): void {
    const { s } = this;
    this.lines.push(s.pick([
      () => `${s.pick(['cmpw', 'cmplw'])} ${this.#cr()},${this.#any()},${this.#any()}`,
      () => `cmpwi ${this.#cr()},${this.#any()},${this.#si()}`,
      () => `cmplwi ${this.#cr()},${this.#any()},${s.below(65536)}`,
    ])());
  } // prettier-ignore
  #conditionRegister(): void {
    const { s } = this;
    this.lines.push(s.pick([
      () => `${s.pick(['crand', 'crnand', 'cror', 'crxor', 'crnor', 'creqv', 'crandc', 'crorc'])} ${this.#bit()},${this.#bit()},${this.#bit()}`,
      () => `mcrf ${this.#cr()},${this.#cr()}`,
      () => `mfcr ${this.#r()}`,
      () => `mtcrf ${s.below(256)},${this.#any()}`,
      () => `mcrxr ${this.#cr()}`,
      () => `mfxer ${this.#r()}`,
      () => `mtxer ${this.#any()}`,
    ])());
  } // prettier-ignore

  /** An access to the data; addresses are anywhere in three pages, often where two meet. */
  #access(): void {
    const { s } = this;
    const d = s.pick([s.below(0x2000), 0xffc + s.below(8), 0x1ffd + s.below(4), 4 * s.below(0x800)]);
    const index = `rlwinm r2,${this.#any()},0,19,${s.pick([31, 31, 29])}`;
    const load = s.pick(['lbz', 'lhz', 'lha', 'lwz']);
    const store = s.pick(['stb', 'sth', 'stw']);
    this.lines.push(...s.pick([
      () => [`${load} ${this.#r()},${d}(r1)`],
      () => [`${store} ${this.#any()},${d}(r1)`],
      () => [index, `${load}x ${this.#r()},r1,r2`],
      () => [index, `${store}x ${this.#any()},r1,r2`],
      () => [index, `${s.pick(['lhbrx', 'lwbrx'])} ${this.#r()},r1,r2`],
      () => [index, `${s.pick(['sthbrx', 'stwbrx'])} ${this.#any()},r1,r2`],
      () => [`addi r3,r1,${d}`, `${load}u ${this.#r()},${s.below(64)}(r3)`],
      () => [`addi r3,r1,${d}`, `${store}u ${this.#any()},${s.below(64)}(r3)`],
      () => [index, 'mr r4,r1', `${s.pick([load, store])}ux ${this.#r()},r4,r2`],
      () => [`lmw r${26 + s.below(6)},${d}(r1)`],
      () => [`stmw r${26 + s.below(6)},${d}(r1)`],
      () => [`addi r3,r1,${d & ~3}`, `lwarx ${this.#r()},0,r3`],
      () => [`addi r3,r1,${d & ~3}`, `lwarx ${this.#r()},0,r3`, `stwcx. ${this.#any()},0,r3`],
      () => [`addi r3,r1,${d & ~3}`, `stwcx. ${this.#any()},0,r3`],
      () => [`addi r3,r1,${d}`, `${s.pick(['dcbz', 'dcbst', 'icbi', 'dcbf', 'dcbt'])} 0,r3`],
      () => [`addi r3,r1,${d}`, `lswi ${this.#r()},r3,${1 + s.below(12)}`],
      () => [`addi r3,r1,${d}`, `stswi ${this.#r()},r3,${1 + s.below(12)}`],
    ])());
  } // prettier-ignore

  /** Accesses off one register that one check may serve, at times across the end of a page or of RAM. */
  #accesses(): void {
    const { s } = this;
    const base = s.pick([s.below(0x1000) & ~3, 0xff0 + 4 * s.below(8), 0x1ff0 + s.below(16)]);
    if (this.kind.faults && s.below(6) === 0) this.lines.push('lis r3,0xf', `ori r3,r3,${0xffe0 + s.below(28)}`);
    else this.lines.push(`addi r3,r1,${base}`);
    for (let n = 3 + s.below(5); n > 0; n--) {
      const d = s.pick([4 * s.below(8), 4 * s.below(8), s.below(16), 8, -4]);
      this.lines.push(s.pick([
        () => `${s.pick(['lbz', 'lhz', 'lha', 'lwz', 'lwz'])} ${this.#r()},${d}(r3)`,
        () => `${s.pick(['stb', 'sth', 'stw', 'stw'])} ${this.#any()},${d}(r3)`,
        () => `${s.pick(['lwzu', 'stwu', 'lhau'])} ${this.#r()},${d}(r3)`,
        () => (this.kind.floats ? `${s.pick(['lfd', 'stfd', 'lfs', 'stfs'])} ${this.#f()},${d & ~7}(r3)` : `addi r3,r3,${4 * s.below(4)}`),
        () => `add ${this.#r()},${this.#any()},${this.#any()}`,
      ])());
    }
  } // prettier-ignore

  #system(): void {
    const { s } = this;
    this.lines.push(s.pick([
      () => `mftb ${this.#r()}`,
      () => `mfspr ${this.#r()},${s.pick([274, 275, 26, 276])}`,
      () => `mtspr ${s.pick([274, 275])},${this.#any()}`,
      () => 'isync', () => 'sync', () => `mfmsr ${this.#r()}`,
      () => `wrteei ${s.below(2)}`,
      () => `mflr ${this.#r()}`, () => `mfctr ${this.#r()}`, () => `mtctr ${this.#any()}`,
    ])());
  } // prettier-ignore

  #float(): void {
    const { s } = this;
    const [t, a, b, c] = [this.#f(), this.#f(), this.#f(), this.#f()];
    const d = s.pick([8 * s.below(0x200), 0xffc, 0xffd, 4 * s.below(0x400)]);
    this.lines.push(s.pick([
      () => `${s.pick(['fadd', 'fadds', 'fsub', 'fmul', 'fmuls', 'fdiv', 'fdivs'].map((m) => (m.startsWith('fmul') ? `${m} ${t},${a},${c}` : `${m} ${t},${a},${b}`)))}`,
      () => `${s.pick(['fmadd', 'fmsubs', 'fnmadd', 'fsel'])} ${t},${a},${c},${b}`,
      () => `${s.pick(['fmr', 'fneg', 'fabs', 'frsp', 'fctiwz'])} ${t},${b}`,
      () => `${s.pick(['fcmpu', 'fcmpo'])} ${this.#cr()},${a},${b}`,
      () => `mffs ${t}`,
      () => `${s.pick(['mtfsb0', 'mtfsb1'])} ${s.pick([24, 25, 26, 27, 28, 30, 31])}`,
      () => `${s.pick(['lfd', 'lfs', 'stfd', 'stfs'])} ${t},${d}(r1)`,
    ])());
  } // prettier-ignore

  #fault(): void {
    const { s } = this;
    const d = s.below(8);
    this.lines.push(...s.pick([
      () => [`tw ${s.below(32)},${this.#any()},${this.#any()}`],
      () => [`twi ${s.below(32)},${this.#any()},${this.#si()}`],
      () => ['sc'], () => ['.long 0'],
      () => ['lis r3,0x3000', `${s.pick(['lwz', 'stw', 'lbzu', 'sthu', 'lmw', 'stmw'])} r29,${d}(r3)`],
      // Across the end of RAM.
      () => ['lis r3,0xf', `ori r3,r3,${0xfff8 + d}`, `${s.pick(['lwz', 'stw', 'lhz', 'lwzu', 'stwu', 'sthu', 'lmw', 'stmw'])} r28,${d & 3}(r3)`],
      () => [`addi r3,r1,${1 + s.below(3)}`, `${s.pick(['lwarx', 'stwcx.'])} ${this.#r()},0,r3`],
      () => [`fadd ${this.#f()},${this.#f()},${this.#f()}`],
      () => ['lis r3,0x3000', `stfd ${this.#f()},${d}(r3)`],
    ])());
  } // prettier-ignore

  /** Writes another immediate into the first instruction of a block, and makes sure of it. */
  #patch(): void {
    const target = `P${this.s.below(this.blocks)}`;
    const store = this.s.pick(['sth r2,2(r3)', 'sth r2,2(r3)', 'stb r2,3(r3)']);
    // Seldom enough for the code to be compiled meanwhile.
    const [seldom, skip] = [`andi. r2,r11,${this.s.pick([3, 7, 15])}`, 'bne .+36'];
    const write = [`lis r3,${target}@ha`, `addi r3,r3,${target}@l`, `rlwinm r2,${this.#any()},0,17,31`, store];
    this.lines.push('addi r11,r11,1', seldom, skip, ...write, 'dcbst 0,r3', 'sync', 'icbi 0,r3', 'isync');
  } // prettier-ignore

  #ending(): void {
    const { s } = this;
    const condition = () => s.pick([`${s.pick(['blt', 'bge', 'beq', 'bne', 'bgt', 'ble', 'bso', 'bns'])} ${this.#cr()},`, `bc ${s.pick([4, 12])},${this.#bit()},`]);
    const toRegister = (register: 'ctr' | 'lr', branch: string) => {
      const target = this.#block();
      return [`lis r3,${target}@ha`, `addi r3,r3,${target}@l`, `mt${register} r3`, branch];
    };
    this.lines.push(...s.pick([
      () => [],
      () => [`b ${this.#block()}`],
      () => [`${condition()}${this.#block()}`],
      () => [`${condition()}${this.#block()}`],
      () => [`${condition()}${this.#block()}`, `${condition()}${this.#block()}`],
      () => [`${s.pick(['bdnz', 'bdz'])} ${this.#block()}`],
      () => [`li r3,${1 + s.below(20)}`, 'mtctr r3', `bdnz ${this.#block()}`],
      () => [`bl ${this.#block()}`],
      () => [`bl ${this.#block()}`],
      () => [s.pick(['blr', 'beqlr', 'bnelr cr1', 'bdnzlr'])],
      () => toRegister('ctr', s.pick(['bctr', 'bctrl', 'beqctr', 'bnectrl'])),
      () => toRegister('lr', s.pick(['blr', 'blrl', 'bgtlr'])),
      () => [`${s.pick(['beql', 'bnel', 'bltl'])} ${this.#block()}`],
      () => ['bcl 20,31,.+4', `mflr ${this.#r()}`],
    ])());
  } // prettier-ignore
}

/** The program of a seed. */
export function randomProgram(seed: string, kind: ProgramKind): RandomProgram {
  const generator = new Generator(new Scatter(seed), kind);
  generator.program();
  return { lines: generator.lines, kind, seed };
}
