/** What an engine tells whoever traces it; members that are absent cost nothing. All addresses are unsigned. */
export interface EngineTrace {
  /** Translation of an effective address failed with an exception (EXCEPTION_*). */
  fault?: (ea: number, eaHigh: number, exception: number) => void;
  /** A range of effective addresses is translated otherwise from now on. */
  remapped?: (start: number, size: number) => void;
  /** A device was accessed; for a read, the value it gave. */
  device?: (kind: 'read' | 'write', physical: number, size: number, value: number) => void;
  /** Regions were installed, by their entries. */
  installed?: (pcs: readonly number[]) => void;
}

/**
 * Stands around calls between generated code and the runtime: `run`, which enters it, and by name what the native part imports and the services.
 * Returns what is called in the call's place.
 */
export type AroundCalls = <F extends (...args: never[]) => unknown>(what: string, call: F) => F;
