/** What host time of a machine is spent on, as a profile tells it. */
export const TIME_KINDS = {
  compiled: 'compiled code',
  interpreted: 'interpreter',
  translation: 'translation on the guest’s thread',
  code: 'predecoding, changed code',
  mmu: 'MMU fills',
  exceptions: 'exceptions and interrupts',
  hypercalls: 'hypercalls',
  devices: 'devices',
  registers: 'registers and other services',
  machine: 'slices, timers, console',
  host: 'event loop of the host',
  idle: 'idle',
} as const;
/** A kind of host time. */
export type TimeKind = keyof typeof TIME_KINDS;

/** One thing that time goes into: its kind, and what exactly where that says more. */
export interface TimeReason {
  readonly kind: TimeKind;
  /** A service, a hypercall; undefined where the kind says it all. */
  readonly detail?: string;
  /** Registers in memory are the guest's while it is entered, PC among them: compiled code that keeps them to itself is not running. */
  readonly knowsPlace: boolean;
}

/** What the native part asks of the runtime, by the names of its imports (runtime/native/host.ts). */
const HOST_CALLS: Readonly<Record<string, TimeReason>> = {
  fill: { kind: 'mmu', knowsPlace: false },
  fillFetch: { kind: 'mmu', detail: 'fetch', knowsPlace: false },
  deviceRead: { kind: 'devices', detail: 'read', knowsPlace: false },
  deviceWrite: { kind: 'devices', detail: 'write', knowsPlace: false },
  codeWritten: { kind: 'code', detail: 'code written', knowsPlace: false },
  handlerOf: { kind: 'code', detail: 'predecode', knowsPlace: false },
  trapped: { kind: 'registers', detail: 'privileged instruction', knowsPlace: false },
  requestTranslation: { kind: 'translation', knowsPlace: true },
  foundDifficult: { kind: 'translation', detail: 'given up', knowsPlace: false },
  deliverException: { kind: 'exceptions', knowsPlace: true },
  attend: { kind: 'exceptions', detail: 'attention', knowsPlace: true },
};

/** Why a call out of generated code takes time: imports of the native part, else services of the definitions, by name. */
export const reasonOfCall = (what: string): TimeReason => HOST_CALLS[what] ?? { kind: 'registers', detail: what, knowsPlace: false };
