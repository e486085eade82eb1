import { describe, expect, it } from 'vitest';
import { COUNT_REQUESTED, FIRST_SLOT, SLOT_FUNCTION, SLOT_SIZE, SLOT_TABLE_OFFSET } from '../../jit/abi/layout.js';
import { OrderTranslator } from '../../jit/worker/translate-orders.js';
import type { WorkOrder, WorkResult } from '../../jit/worker/protocol.js';
import { AdaptiveThreshold } from '../../runtime/adaptive-threshold.js';
import { BackgroundTranslation, type TranslationWorker } from '../../runtime/background-translation.js';
import { POWER8 } from '../../jit/isa/cpus/index.js';
import { hostIn } from '../../runtime/translation.js';
import { BareCpu64 } from '../support/bare-cpu64.js';

const CODE = 0x2000;

/** A worker that translates when the test says so, on this thread. */
class PatientWorker implements TranslationWorker {
  readonly orders: WorkOrder[] = [];
  readonly #results: WorkResult[] = [];
  readonly #translator: OrderTranslator;

  constructor(bare: BareCpu64, now: () => number) {
    const buffer = bare.memory.memory.buffer as unknown as SharedArrayBuffer;
    this.#translator = new OrderTranslator({ buffer, cpu: POWER8.name, swizzled: bare.memory.swizzled }, now);
  }
  post(order: WorkOrder): void {
    this.orders.push(order);
  }
  work(): void {
    for (const order of this.orders.splice(0)) this.#results.push(this.#translator.translate(order));
  }
  poll(): WorkResult | undefined {
    return this.#results.shift();
  }
  async end(): Promise<void> {}
}

/** A CPU whose translations come by a worker, at a program. */
function start(source: string, threshold = 20, now = () => 0) {
  const bare = new BareCpu64('interp');
  bare.loadProgram(source, CODE);
  const worker = new PatientWorker(bare, now);
  const translation = new BackgroundTranslation(bare.engine, worker, () => 0);
  bare.engine.translations = translation;
  bare.engine.setThreshold(threshold);
  bare.state.pc = CODE;
  const hostOf = (offset: number) => hostIn(bare.engine.codeExtent(CODE)!, CODE + offset);
  /** Count of the instruction at an offset of the program as the target of branches. */
  const count = (offset: number) => bare.memory.u32[bare.engine.pages.entryOf(hostOf(offset)) >> 2]! >>> 16;
  return { bare, worker, translation, hostOf, count };
}

// Both loops get hot at about the same time.
const NESTED = 'outer: addi 31,31,1; cmpwi 31,0; bne inner; nop; inner: addi 30,30,1; andi. 29,30,1; bne inner; b outer';
const OUTER = 0;
const INNER = 16;
const LOOP = 4;

describe('translation by a worker', () => {
  it('makes one region of what is asked for inside it', () => {
    const { bare, worker, translation, count } = start(NESTED);
    bare.runner.run(2000);
    translation.collect(0);
    expect(worker.orders.flatMap((order) => order.pcs).length).toBe(2);
    expect([count(OUTER), count(INNER)]).toEqual([COUNT_REQUESTED, COUNT_REQUESTED]);
    worker.work();
    translation.collect(0);
    expect(bare.engine.codeCache.counts.compiled).toBe(1);
    expect(count(OUTER)).toBeGreaterThanOrEqual(FIRST_SLOT);
    bare.engine.takeInterpreted();
    bare.runner.run(10_000);
    expect(bare.engine.takeInterpreted()).toBeLessThan(200);
  });

  it('asks again for what could not be entered in the end, when it is hot again', () => {
    const { bare, worker, translation, hostOf, count } = start('b loop; loop: addi 31,31,1; b loop');
    bare.runner.run(100);
    translation.collect(0);
    expect(count(LOOP)).toBe(COUNT_REQUESTED);
    // The code changes while it is translated, and back: what was made of it is not taken.
    worker.work();
    const at = hostOf(LOOP) >> 2;
    bare.memory.u32[at]! ^= 1;
    translation.collect(0);
    bare.memory.u32[at]! ^= 1;
    expect([bare.engine.codeCache.counts.compiled, count(LOOP)]).toEqual([0, 0]);
    // Once in vain, for the worker takes it for translated.
    for (let k = 0; k < 2; k++) {
      bare.runner.run(100);
      translation.collect(0);
      worker.work();
      translation.collect(0);
    }
    expect(bare.engine.codeCache.counts.compiled).toBe(1);
  });

  it('does not translate again what an order before brings', () => {
    const { bare, worker, translation } = start(NESTED);
    bare.runner.run(2000);
    translation.collect(0);
    const [order] = worker.orders;
    worker.post({ ...order!, id: order!.id + 1000 });
    worker.work();
    const [first, second] = [worker.poll(), worker.poll()];
    expect([first?.regions.length, second?.regions.length, second?.module]).toEqual([1, 0, undefined]);
  });

  it('lets the threshold follow the cost', () => {
    let ms = 0;
    const { bare, worker } = start(NESTED, 20, () => (ms += 0.001));
    const threshold = new AdaptiveThreshold(COUNT_REQUESTED);
    const translation = new BackgroundTranslation(bare.engine, worker, () => 0, threshold);
    bare.engine.translations = translation;
    expect(threshold.executions).toBe(8000);
    bare.runner.run(100_000);
    translation.collect(0);
    worker.work();
    translation.collect(0);
    expect(threshold.executions).toBeLessThan(8000);
  });

  it('forgets half of the executions counted, again and again, while the threshold is adaptive', () => {
    const { bare, worker, count } = start(NESTED);
    const translation = new BackgroundTranslation(bare.engine, worker, () => 0, new AdaptiveThreshold(COUNT_REQUESTED));
    bare.engine.translations = translation;
    bare.runner.run(2000);
    const counted = [count(OUTER), count(INNER)];
    expect(Math.min(...counted)).toBeGreaterThan(100);
    translation.collect(1e6);
    expect([count(OUTER), count(INNER)]).toEqual(counted);
    translation.collect(1e9);
    expect([count(OUTER), count(INNER)]).toEqual(counted.map((n) => n >>> 1));
    translation.collect(1e9 + 1e6);
    expect([count(OUTER), count(INNER)]).toEqual(counted.map((n) => n >>> 1));
  });

  it('forgets nothing when the threshold was given', () => {
    const { bare, translation, count } = start(NESTED, 5000);
    bare.runner.run(2000);
    const counted = [count(OUTER), count(INNER)];
    expect(Math.min(...counted)).toBeGreaterThan(100);
    translation.collect(1e9);
    expect([count(OUTER), count(INNER)]).toEqual(counted);
  });

  it('forgets no request and no slot', () => {
    const { bare, worker, translation, count } = start(NESTED);
    bare.runner.run(2000);
    bare.engine.pages.ageCounts();
    expect([count(OUTER), count(INNER)]).toEqual([COUNT_REQUESTED, COUNT_REQUESTED]);
    translation.collect(0);
    worker.work();
    translation.collect(0);
    const slot = count(OUTER);
    expect(slot).toBeGreaterThanOrEqual(FIRST_SLOT);
    bare.engine.pages.ageCounts();
    expect(count(OUTER)).toBe(slot);
  });

  it('enters a function where it did before when another module has it, too', () => {
    // The second loop is reached in a way that no region follows.
    const { bare, worker, translation, count } = start(
      'first: bl leaf; addi 31,31,1; cmpwi 31,100; bne first; li 5,0x201c; mtctr 5; bctr; second: bl leaf; b second; leaf: addi 30,30,1; blr',
    );
    const [SECOND, LEAF] = [28, 36];
    const translateWhatIsHot = () => {
      translation.collect(0);
      worker.work();
      translation.collect(0);
    };
    const leafFunction = () => bare.memory.u32[(SLOT_TABLE_OFFSET + (count(LEAF) - FIRST_SLOT) * SLOT_SIZE + SLOT_FUNCTION) >> 2];
    bare.runner.run(300);
    translateWhatIsHot();
    const { counts } = bare.engine.codeCache;
    const [slot, entered, compiled] = [count(LEAF), leafFunction(), counts.compiled];
    expect(slot).toBeGreaterThanOrEqual(FIRST_SLOT);
    bare.runner.run(2000);
    translateWhatIsHot();
    expect(count(SECOND)).toBeGreaterThanOrEqual(FIRST_SLOT);
    // The second loop and its own leaf.
    expect(counts.compiled).toBe(compiled + 2);
    expect([count(LEAF), leafFunction()]).toEqual([slot, entered]);
  });
});
