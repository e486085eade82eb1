/**
 * What the rest of the runtime asks of a guest MMU, whatever its kind. The soft TLBs are filled from `translate` and
 * emptied by `onEntryChanged`; the generated code never comes here.
 *
 * Effective addresses are given as their low 32 bits, signed or unsigned, and on 64-bit models the high 32 bits. Real
 * addresses are numbers, exact far beyond the widest real address of any model.
 */
export interface Mmu {
  /**
   * Translates in the current context (address space, PID, privilege: the CPU state's MSR and SPRs).
   *
   * @param access ACCESS_READ, ACCESS_WRITE or ACCESS_FETCH
   * @returns one object that the next call overwrites
   */
  translate(ea: number, access: number, eaHigh?: number): TranslationResult;

  /**
   * Where a debugger finds a byte: permissions are ignored, and the instruction address space is tried when the data
   * address space has no translation.
   *
   * @returns the real address, or -1
   */
  probe(ea: number, eaHigh?: number): number;

  /**
   * A number for all that selects translations besides the address: equal numbers, equal translations. It changes with
   * the MSR's address-space and privilege bits and with the PID. Less than 2^31.
   */
  contextOf(): number;

  /** Who is told of translations that are no longer valid; one at most, undefined for none. */
  onEntryChanged: EntryChanged | undefined;

  /** Forgets everything derived from guest state that may have changed behind the MMU's back (restored, copied in). */
  reload(): void;

  /** The state after reset: no translation at all. */
  reset(): void;

  /**
   * Adds a mapping without knowing the kind of MMU: for boot and administration. Overlapping translations of the same
   * space are replaced, entries and page sizes are chosen by the MMU.
   *
   * @throws MappingError for what this MMU cannot express
   */
  map(mapping: Mapping): void;

  /** A table for people: guest entries (G), then the given shadow entries (S). */
  dumpTlb(shadow?: readonly ShadowEntry[]): string;
}

/**
 * A range of effective addresses whose translations are void.
 *
 * @param start unsigned low word of its first effective address
 * @param size bytes, up to 2^32, or 2^40 on 64-bit models; Infinity for all addresses
 * @param tid the PID it belongs to, 0 for all; on the 64-bit Book III-S the set of access keys
 * @param space the address space (MSR[IS] and MSR[DS], or MSR[IR] and MSR[DR]): 0 or 1
 * @param startHigh unsigned high word of its first effective address, on 64-bit models
 */
export type EntryChanged = (start: number, size: number, tid: number, space: number, startHigh?: number) => void;

/** The answer to a translation. When `ok` is false, only `exception` and `syndrome` mean anything. */
export interface TranslationResult {
  ok: boolean;
  /** Real address of the byte asked for. */
  physical: number;
  /** Bytes covered by the guest's page: below 4096, the 4 KiB around must not be cached as a whole. */
  pageSize: number;
  /** What the current privilege may do with the page. `executable` presumes that fetches use the same address space. */
  readable: boolean;
  writable: boolean;
  executable: boolean;
  cacheInhibited: boolean;
  guarded: boolean;
  littleEndian: boolean;
  /** EXCEPTION_* to raise, EXCEPTION_NONE when ok. */
  exception: number;
  /** Bits for ESR, DSISR or SRR1. */
  syndrome: number;
}

/** Permissions and attributes of a mapping; bits to be combined. */
export const MAP_USER_READ = 0x001;
export const MAP_USER_WRITE = 0x002;
export const MAP_USER_EXECUTE = 0x004;
export const MAP_SUPERVISOR_READ = 0x010;
export const MAP_SUPERVISOR_WRITE = 0x020;
export const MAP_SUPERVISOR_EXECUTE = 0x040;
export const MAP_CACHE_INHIBITED = 0x100;
export const MAP_GUARDED = 0x200;
export const MAP_LITTLE_ENDIAN = 0x400;
export const MAP_SUPERVISOR_ALL = MAP_SUPERVISOR_READ | MAP_SUPERVISOR_WRITE | MAP_SUPERVISOR_EXECUTE;
export const MAP_USER_ALL = MAP_USER_READ | MAP_USER_WRITE | MAP_USER_EXECUTE;

/** A mapping in terms that every MMU knows. */
export interface Mapping {
  /** First effective address. */
  readonly virtual: number;
  /** First real address. */
  readonly real: number;
  /** Bytes; several entries are used when no single page has this size. */
  readonly size: number;
  /** MAP_* bits. */
  readonly flags: number;
}

/** A translation that the host keeps, as the soft TLB's owner reports it. */
export interface ShadowEntry {
  readonly virtual: number;
  /** Offset in linear memory, or the real address, as the owner likes to show it. */
  readonly target: number;
  readonly size: number;
  /** Of "r", "w", "x". */
  readonly access: string;
  readonly context: number;
}

/** A mapping or a TLB image that the MMU cannot hold: the caller's mistake. Nothing was changed. */
export class MappingError extends Error {
  override readonly name = 'MappingError';

  /**
   * @param what what is wrong
   * @param where the mapping or entry that is wrong
   * @param mend how to put it right
   */
  constructor(
    readonly what: string,
    readonly where: string,
    readonly mend: string,
  ) {
    super(`${where}: ${what}; ${mend}`);
  }
}
