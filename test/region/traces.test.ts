import fc from 'fast-check';
import { expect, it } from 'vitest';
import { assemble, BareCpu } from '../support/bare-cpu.js';

const CODE = 0x10000;
/** Instructions of a block before its branch: the trace and the next random number. */
const BODY = 4;

/** How a block ends: goes to one block, or to one of two by a random bit, or calls a block and goes on. */
type Ending = { readonly kind: 'jump' | 'choose' | 'call'; readonly to: number; readonly bit: number };

const programs = fc.integer({ min: 2, max: 12 }).chain((size) =>
  fc.array(
    fc.record({
      kind: fc.constantFrom('jump', 'choose', 'choose', 'choose', 'call') as fc.Arbitrary<Ending['kind']>,
      to: fc.integer({ min: 0, max: size - 1 }),
      bit: fc.integer({ min: 0, max: 31 }),
    }),
    { minLength: size, maxLength: size },
  ),
);

/** Each block multiplies its number into r3 and steps the generator in r4. */
function sourceOf(endings: readonly Ending[]): string {
  const lines = endings.map((e, k) => {
    const body = `B${k}: mulli r3,r3,31; addi r3,r3,${k + 1}; mulli r4,r4,25173; addi r4,r4,13849`;
    if (e.kind === 'jump') return `${body}; b B${e.to}`;
    if (e.kind === 'call') return `${body}; bl B${e.to}`;
    return `${body}; mtcrf 0xff,r4; bc 12,${e.bit},B${e.to}`;
  });
  return `${lines.join('\n')}\nb B0`;
}

/** The same, plainly: register values and the address after a number of instructions. */
function trace(endings: readonly Ending[], instructions: number): { r3: number; r4: number; next: number } {
  const starts: number[] = [];
  let at = CODE;
  for (const e of endings) {
    starts.push(at);
    at += 4 * (BODY + (e.kind === 'choose' ? 2 : 1));
  }
  starts.push(at);
  let [r3, r4, block, step] = [1, 7, 0, 0];
  for (let n = 0; n < instructions; n++) {
    const e = endings[block];
    const size = e ? BODY + (e.kind === 'choose' ? 2 : 1) : 1;
    if (e && step === 0) r3 = Math.imul(r3, 31);
    if (e && step === 1) r3 = (r3 + block + 1) | 0;
    if (e && step === 2) r4 = Math.imul(r4, 25173);
    if (e && step === 3) r4 = (r4 + 13849) | 0;
    if (++step < size) continue;
    step = 0;
    if (!e) block = 0;
    else if (e.kind === 'choose' && (r4 >>> (31 - e.bit)) % 2 === 0) block++;
    else block = e.to;
  }
  return { r3: r3 >>> 0, r4: r4 >>> 0, next: starts[block]! + 4 * step };
}

it('compiled regions take the blocks of any graph in the order that their branches say', () => {
  let compiled = 0;
  fc.assert(
    fc.property(programs, fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 4, maxLength: 8 }), (endings, slices) => {
      const cpu = new BareCpu('jit', 0x20000);
      cpu.memory.write(CODE, assemble(sourceOf(endings), CODE).bytes);
      cpu.state.setGpr(3, 1);
      cpu.state.setGpr(4, 7);
      cpu.state.pc = CODE;
      let done = 0;
      for (const slice of [300, ...slices]) {
        cpu.goOn(slice);
        done += slice;
        const { r3, r4, next } = trace(endings, done);
        expect([cpu.state.gpr(3), cpu.state.gpr(4), cpu.state.pc]).toEqual([r3, r4, next]);
      }
      compiled += done - cpu.engine.takeInterpreted() > done / 2 ? 1 : 0;
    }),
    { numRuns: 100 },
  );
  expect(compiled).toBeGreaterThan(60);
});
