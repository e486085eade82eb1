import type { DeviceLog } from '../../bus/device.js';
import { OnceLog } from '../../bus/once-log.js';
import { H_RTAS } from './call-numbers.js';
import type { CallScope, HypercallTable } from './hypercall-table.js';
import type { PaprCall } from './papr-call.js';
import type { PhysicalMemory } from './physical-memory.js';
import { H_PARAMETER, H_SUCCESS } from './status.js';

/** Statuses of RTAS functions (PAPR, 7.2.8). */
export const RTAS_SUCCESS = 0;
export const RTAS_HARDWARE = -1;
/** A parameter is wrong, or what it names does not exist. */
export const RTAS_PARAMETER = -3;
/** No events, of event-scan and check-exception. */
export const RTAS_NOTHING = 1;
export const RTAS_NOT_AUTHORIZED = -9002;

/**
 * Performs a function: the words that it is given, unsigned, to the words that it returns, the status first; words may be signed.
 */
export type RtasFunction = (args: readonly number[]) => readonly number[];

interface RegisteredFunction {
  readonly name: string;
  readonly perform: RtasFunction;
  readonly scope: CallScope;
}

const FIRST_TOKEN = 0x2000;
/** More words than any function takes or returns. */
const MOST_WORDS = 64;
const HEADER_BYTES = 12;

/**
 * Run-time abstraction services (PAPR, chapter 7): functions with names in the device tree, which the guest calls with a block of big-endian
 * words in memory: token, number of arguments and of results, arguments, results. What the guest enters is `RTAS_STUB`, which comes here
 * by a hypercall of its own.
 */
export class Rtas {
  readonly #functions = new Map<number, RegisteredFunction>();
  readonly #unknown: OnceLog;

  constructor(
    readonly memory: PhysicalMemory,
    log: DeviceLog,
    private readonly onCall: ((name: string, args: readonly number[], results: readonly number[]) => void) | undefined = undefined,
  ) {
    this.#unknown = new OnceLog('RTAS', log);
  }

  /**
   * Adds a function; its name becomes a property of the node /rtas.
   * @returns its token
   * @throws Error when there is one of this name: a defect of ours
   */
  register(name: string, perform: RtasFunction, scope: CallScope = 'machine'): number {
    if (this.tokens.has(name)) throw new Error(`RTAS function ${name} is registered twice`);
    const token = FIRST_TOKEN + this.#functions.size;
    this.#functions.set(token, { name, perform, scope });
    return token;
  }

  /** Tokens by name, in the order they were given. */
  get tokens(): ReadonlyMap<string, number> {
    return new Map([...this.#functions].map(([token, { name }]) => [name, token]));
  }

  registerCall(calls: HypercallTable): void {
    calls.register(
      H_RTAS,
      (call) => this.#call(call),
      (call) => this.#find(call)?.scope ?? 'processor',
    );
  }

  #find(call: PaprCall): RegisteredFunction | undefined {
    const block = call.address(0);
    return this.memory.contains(block, HEADER_BYTES) ? this.#functions.get(this.memory.u32(block)) : undefined;
  }

  #call(call: PaprCall): number {
    const { memory } = this;
    const block = call.address(0);
    if (!memory.contains(block, HEADER_BYTES)) return H_PARAMETER;
    const [argumentCount, resultCount] = [memory.u32(block + 4), memory.u32(block + 8)];
    if (argumentCount > MOST_WORDS || resultCount > MOST_WORDS) return H_PARAMETER;
    if (!memory.contains(block, HEADER_BYTES + 4 * (argumentCount + resultCount))) return H_PARAMETER;
    const args = Array.from({ length: argumentCount }, (_, n) => memory.u32(block + HEADER_BYTES + 4 * n));
    const found = this.#find(call);
    if (!found) this.#unknown.unimplemented(`RTAS token 0x${memory.u32(block).toString(16)} is not known`);
    const results = found ? found.perform(args) : [RTAS_PARAMETER];
    if (found) this.onCall?.(found.name, args, results);
    const bytes = new Uint8Array(4 * resultCount);
    const view = new DataView(bytes.buffer);
    for (let n = 0; n < Math.min(results.length, resultCount); n++) view.setUint32(4 * n, results[n]!);
    memory.write(block + HEADER_BYTES + 4 * argumentCount, bytes);
    return found ? H_SUCCESS : H_PARAMETER;
  }
}

/** What the guest enters as RTAS, with the address of its block in r3: `mr r4,r3`, the number H_RTAS to r3, `sc 1`, `blr`. */
export const RTAS_STUB: readonly number[] = [0x7c641b78, 0x3c600000, 0x6063f000, 0x44000022, 0x4e800020];
