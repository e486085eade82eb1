/** What may be done with a page: 1 << ACCESS_*. */
export const MAY_READ = 1;
export const MAY_WRITE = 2;
export const MAY_EXECUTE = 4;
export const MAY_ALL = 7;

/** By Key (8) and pp0, pp1, pp2 (4, 2, 1). 0b100, 0b101 and 0b111 are reserved: nothing. */
const BY_PP: Uint8Array = Uint8Array.of(7, 7, 7, 5, 0, 0, 5, 0, 0, 5, 7, 5, 0, 0, 0, 0);

/** The page protection codes that mean something: pp0, pp1, pp2. */
export const PP_CODES: readonly number[] = [0b000, 0b001, 0b010, 0b011, 0b110];

/**
 * What page protection allows (ISA 2.07 Book III-S 5.7.13.1), fetches where loads are allowed.
 * @param key the storage key: Ks or Kp of the segment, by MSR[PR]
 * @param pp pp0, pp1, pp2 as the lowest three bits
 */
export const allowedByPp = (key: boolean, pp: number): number => BY_PP[(key ? 8 : 0) | pp];
