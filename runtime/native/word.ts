/** The width of a guest register; the 64-bit module is compiled with this file's other version. */
export type Word = u32;
