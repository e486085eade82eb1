import type { CpuInputs } from '../core.js';
import type { Engine } from '../engine.js';
import { describeAccess, type Access, type AccessPolicy } from './access-tap.js';

/** Bytes that a device or the embedder wrote to memory. */
export interface ExternalWrite {
  readonly physical: number;
  readonly bytes: Uint8Array;
}

/** An access with what it did to the CPU and to memory. */
interface LoggedAccess {
  readonly access: Access;
  readonly writes: readonly ExternalWrite[];
  /** The CPU's interrupt inputs behind it, when it touched any. */
  readonly inputs: CpuInputs | undefined;
  /** Kind of the reset that it caused. */
  readonly stopped: string | undefined;
}

/** How many accesses from before the log begins are kept for reports. */
const KEPT = 8;

/** Performs a CPU's accesses and writes down everything about them that the CPU can notice. */
export class AccessRecorder implements AccessPolicy {
  log: LoggedAccess[] = [];
  /** Writes to memory that belong to no access: they happened while the CPU stood still. */
  between: ExternalWrite[] = [];
  #earlier: Access[] = [];
  #writes: ExternalWrite[] | undefined;
  #touched = false;

  constructor(readonly engine: Engine) {
    const { onTimersChanged } = engine;
    engine.onTimersChanged = () => {
      this.#touched = true;
      onTimersChanged();
    };
    const { onExternalWrite } = engine.memory;
    engine.memory.onExternalWrite = (physical, bytes) => {
      (this.#writes ?? this.between).push({ physical, bytes: bytes.slice() });
      onExternalWrite(physical, bytes);
    };
  }

  perform(_access: Access, really: () => Access): Access {
    const { engine } = this;
    const writes: ExternalWrite[] = [];
    this.#writes = writes;
    this.#touched = false;
    const access = really();
    this.#writes = undefined;
    this.log.push({ access, writes, inputs: this.#touched ? { ...engine.core.inputs } : undefined, stopped: engine.stopped });
    return access;
  }

  /** Begins the log anew. */
  restart(): void {
    if (this.log.length === 0) return;
    this.#earlier = [...this.#earlier, ...this.log.map((l) => l.access)].slice(-KEPT);
    this.log = [];
  }

  /** The last accesses, oldest first, for reports. */
  recent(): string[] {
    return [...this.#earlier, ...this.log.map((l) => l.access)].slice(-KEPT).map(describeAccess);
  }
}

/** Answers a CPU's accesses from a log, and sees to it that they are the same ones. */
export class AccessReplayer implements AccessPolicy {
  /** The first access that was not as logged. */
  mismatch: string | undefined;
  #log: readonly LoggedAccess[] = [];
  #next = 0;

  constructor(readonly engine: Engine) {}

  start(log: readonly LoggedAccess[]): void {
    this.#log = log;
    this.#next = 0;
    this.mismatch = undefined;
  }

  /** Accesses of the log that have not been made. */
  get left(): number {
    return this.#log.length - this.#next;
  }
  /** The next access of the log, for reports. */
  get expected(): string {
    const next = this.#log[this.#next];
    return next ? describeAccess(next.access) : 'none';
  }

  perform(access: Access): Access {
    const logged = this.#log[this.#next];
    if (!logged || !same(logged.access, access)) {
      const wanted =
        access.kind === 'write' ? describeAccess(access) : `${access.space} read 0x${access.address.toString(16)}, ${access.size} bytes`;
      this.mismatch ??= `${this.expected} != ${wanted}`;
      return access;
    }
    this.#next++;
    const { engine } = this;
    for (const w of logged.writes) applyWrite(engine, w);
    if (logged.inputs) {
      Object.assign(engine.core.inputs, logged.inputs);
      engine.interruptsChanged();
    }
    if (logged.stopped !== undefined) engine.reset(logged.stopped);
    return logged.access;
  }
}

/** Repeats what a device or the embedder wrote to another machine's memory. */
export function applyWrite(engine: Engine, { physical, bytes }: ExternalWrite): void {
  const { memory } = engine;
  const end = physical + bytes.length;
  for (let at = physical; at < end; at = (Math.floor(at / 0x1000) + 1) * 0x1000) {
    const host = memory.hostAddress(at);
    if (host >= 0) engine.onWrite?.(host);
  }
  memory.write(physical, bytes);
}

function same(logged: Access, wanted: Access): boolean {
  if (logged.space !== wanted.space || logged.kind !== wanted.kind || logged.address !== wanted.address || logged.size !== wanted.size)
    return false;
  return logged.kind === 'read' || (logged.value === wanted.value && logged.high === wanted.high);
}
