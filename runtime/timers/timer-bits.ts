import { bits32 } from '../../jit/isa/registers.js';

/** Timer Control Register (PPC440x5 UM 7.5); two-bit fields by their second bit. */
export const TCR = bits32('TCR', { WP: 1, WRC: 3, WIE: 4, DIE: 5, FP: 7, FIE: 8, ARE: 9 });
/** Timer Status Register (PPC440x5 UM 7.6). */
export const TSR = bits32('TSR', { ENW: 0, WIS: 1, WRS: 3, DIS: 4, FIS: 5 });

/** All of TCR that is implemented, and its two-bit fields. */
export const TCR_IMPLEMENTED = 0xffc00000;
export const TCR_WRC_MASK = 0x30000000;
export const TSR_WRS_MASK = 0x30000000;
