/** Bits of the FPSCR (Power ISA Book I, 4.2.2) as masks of its low 32 bits. */

export const FX: u32 = 1 << 31;
export const FEX: u32 = 1 << 30;
export const VX: u32 = 1 << 29;
export const OX: u32 = 1 << 28;
export const UX: u32 = 1 << 27;
export const ZX: u32 = 1 << 26;
export const XX: u32 = 1 << 25;
export const VXSNAN: u32 = 1 << 24;
export const VXISI: u32 = 1 << 23;
export const VXIDI: u32 = 1 << 22;
export const VXZDZ: u32 = 1 << 21;
export const VXIMZ: u32 = 1 << 20;
export const VXVC: u32 = 1 << 19;
export const FR: u32 = 1 << 18;
export const FI: u32 = 1 << 17;
/** Result class and sign: C, FL, FG, FE, FU. */
export const FPRF: u32 = 0x1f << 12;
/** FL, FG, FE, FU: what a compare sets. */
export const FPCC: u32 = 0xf << 12;
export const VXSOFT: u32 = 1 << 10;
export const VXSQRT: u32 = 1 << 9;
export const VXCVI: u32 = 1 << 8;
export const VE: u32 = 1 << 7;
export const OE: u32 = 1 << 6;
export const UE: u32 = 1 << 5;
export const ZE: u32 = 1 << 4;
export const XE: u32 = 1 << 3;
/**
 * Non-IEEE mode. Stored and read back, but arithmetic stays IEEE: the architecture leaves the effect to the implementation
 * (Book I, 4.2.2), and delivering IEEE results is one of the permitted ones.
 */
export const NI: u32 = 1 << 2;
/** Rounding mode: 0 nearest, 1 toward zero, 2 toward +infinity, 3 toward -infinity. */
export const RN: u32 = 3;

/** All invalid-operation bits that VX summarizes. */
export const VX_ALL: u32 = VXSNAN | VXISI | VXIDI | VXZDZ | VXIMZ | VXVC | VXSOFT | VXSQRT | VXCVI;
/** All sticky exception bits; one going from 0 to 1 sets FX. */
export const STICKY: u32 = VX_ALL | OX | UX | ZX | XX;
/** What mcrfs clears: every exception bit, but not the summaries FEX and VX. */
export const CLEARED_BY_MCRFS: u32 = FX | STICKY;
/** What mtfsf, mtfsfi, mtfsb0 and mtfsb1 may write: all but FEX, VX and the reserved bit 20. */
export const WRITABLE: u32 = ~(FEX | VX | (1 << 11));

export const CLASS_QNAN: u32 = 0x11 << 12;
export const CLASS_POSITIVE_INFINITY: u32 = 0x05 << 12;
export const CLASS_NEGATIVE_INFINITY: u32 = 0x09 << 12;
export const CLASS_POSITIVE_NORMALIZED: u32 = 0x04 << 12;
export const CLASS_NEGATIVE_NORMALIZED: u32 = 0x08 << 12;
export const CLASS_POSITIVE_DENORMALIZED: u32 = 0x14 << 12;
export const CLASS_NEGATIVE_DENORMALIZED: u32 = 0x18 << 12;
export const CLASS_POSITIVE_ZERO: u32 = 0x02 << 12;
export const CLASS_NEGATIVE_ZERO: u32 = 0x12 << 12;
