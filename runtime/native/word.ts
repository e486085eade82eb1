/** The width of a guest register. This is the file's version for 32-bit big-endian guests; the build writes the others (tools/build.mjs). */
export type Word = u32;
/** What is XORed to the address of a byte to find it in RAM: 3 where RAM lies as host-endian words, 0 where it lies in natural order. */
export const SWIZZLE: u32 = 3;
