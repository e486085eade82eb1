import { readdirSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setFlagsFromString } from 'node:v8';

/** Linux lists the process's threads here; the main thread has the process's own number. */
const THREADS = '/proc/self/task';
/** How far the other threads stand back ("nice" units). */
const BACKGROUND_PRIORITY = 3;
/** The translation worker's thread appears a little after it was asked for, in ms. */
const LATECOMERS_MS = 200;

/**
 * Lets all threads but the main one stand back: the guest runs on the main thread, and on small machines the threads that translate and
 * compile for it would otherwise take its processor. Where the system does not list threads, nothing changes.
 */
export function favourMainThread(): void {
  lowerOthers();
  setTimeout(lowerOthers, LATECOMERS_MS).unref();
}

/**
 * Lets V8 optimize JavaScript so much later: by default it spends three times as long on optimizing the translator, which works for a second or two of a boot, as
 * the translator works.
 */
const INTERRUPT_BUDGET = 1_000_000;

/** Lets V8's threads leave the processors to the guest and its translator, as long as those have not run for long. For all of the process. */
export function calmOptimizer(): void {
  setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
}

function lowerOthers(): void {
  try {
    for (const name of readdirSync(THREADS)) if (Number(name) !== process.pid) setPriority(Number(name), BACKGROUND_PRIORITY);
  } catch {
    // Not Linux, or a thread that has just ended.
  }
}
