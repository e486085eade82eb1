import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createMachine } from '../../src/index.js';
import type { HptStream, InputFile, Machine } from '../../src/index.js';
import { showProgress } from '../progress.js';
import type { HashTablePass, HashTableResult } from '../results.js';
import type { GuestFiles } from './linux-guest.js';

const MEMORY_BYTES = 2 ** 28;
const PROMPT = /\/ # /;
/** Starts programs, one after another, for ever. */
const LOAD = 'while true; do /bin/true; done\n';
const HEADER_BYTES = 8;
const ENTRY_BYTES = 16;
/** Each entry with its u32 index: what the format saves. */
const NAIVE_BYTES = 4 + ENTRY_BYTES;
const BUFFER_BYTES = 2 ** 20;

export interface HashTableOptions {
  /** Passes while the guest runs, after the first one. */
  readonly passes: number;
  /** Time that the guest runs before each of them, and before the stop phase, in ms. */
  readonly interval: number;
  readonly timeoutSeconds: number;
}

/**
 * Measures the hash page table as a stream: the first pass of a booted guest, passes while its shell starts programs, and what is left
 * when it is stopped. What was read is written to a second machine, whose table is compared entry by entry in the end.
 * @param guest the reason, in one line, when there is no Linux
 */
export async function runHashTable(guest: GuestFiles | string, options: HashTableOptions): Promise<HashTableResult> {
  if (typeof guest === 'string') return { passes: [], unavailable: guest };
  const file = (path: string): InputFile => ({ name: path, bytes: readFileSync(path) });
  const config = {
    machine: 'pseries',
    memoryBytes: MEMORY_BYTES,
    kernel: file(guest.kernel),
    initrd: file(guest.initrd),
    append: 'console=hvc0 shell',
  };
  const progress = showProgress('hash page table', options.passes + 3);
  progress.step('boot');
  const source = await createMachine(config);
  const target = await createMachine({ ...config, mode: 'interp' });
  try {
    const { reason } = await source.run({ until: PROMPT, signal: AbortSignal.timeout(options.timeoutSeconds * 1000) });
    if (reason !== 'until') return { passes: [], unavailable: `no shell: ${reason}` };
    const reader = source.openHashTable();
    const writer = target.openHashTable({ flags: 2 });
    progress.step('first pass');
    const passes = [readPass('first', reader, writer)];
    source.console.input(new TextEncoder().encode(LOAD));
    for (let n = 1; n <= options.passes; n++) {
      progress.step(`pass ${n}`);
      await source.run({ signal: AbortSignal.timeout(options.interval) });
      passes.push(readPass(`load ${n}`, reader, writer));
    }
    progress.step('stop');
    await source.run({ signal: AbortSignal.timeout(options.interval) });
    passes.push(readPass('stop', reader, writer));
    reader.close();
    const agrees = Buffer.compare(contents(source), contents(target)) === 0;
    return { passes, ...(agrees ? {} : { unavailable: 'the tables differ: a defect' }) };
  } finally {
    progress.end();
    await source.dispose();
    await target.dispose();
  }
}

/** Reads until nothing has changed; reading is timed, writing is not. */
function readPass(name: string, reader: HptStream, writer: HptStream): HashTablePass {
  const buffer = new Uint8Array(BUFFER_BYTES);
  const pass = { name, milliseconds: 0, records: 0, bytes: 0, valid: 0, invalid: 0 };
  for (;;) {
    const start = performance.now();
    const size = reader.read(buffer);
    pass.milliseconds += performance.now() - start;
    if (size === 0) break;
    writer.write(buffer.subarray(0, size));
    pass.bytes += size;
    const view = new DataView(buffer.buffer, 0, size);
    for (let at = 0; at < size; at += HEADER_BYTES + view.getUint16(at + 4) * ENTRY_BYTES) {
      pass.records++;
      pass.valid += view.getUint16(at + 4);
      pass.invalid += view.getUint16(at + 6);
    }
  }
  // In a first pass, invalid entries are those of an empty table: nobody would send them.
  const sent = name === 'first' ? pass.valid : pass.valid + pass.invalid;
  return { ...pass, naiveBytes: sent * NAIVE_BYTES };
}

/** All of a machine's table. */
function contents(machine: Machine): Buffer {
  const stream = machine.openHashTable();
  const parts: Buffer[] = [];
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (let size = stream.read(buffer); size > 0; size = stream.read(buffer)) parts.push(Buffer.from(buffer.slice(0, size)));
  stream.close();
  return Buffer.concat(parts);
}
