/** Numbers of the hypercalls that are about the hash page table, in r3 at `sc 1` (Power Architecture Platform Requirements, table of hcall() tokens). */
export const H_REMOVE = 0x04;
export const H_ENTER = 0x08;
export const H_READ = 0x0c;
export const H_CLEAR_MOD = 0x10;
export const H_CLEAR_REF = 0x14;
export const H_PROTECT = 0x18;
export const H_BULK_REMOVE = 0x124;
export const H_RESIZE_HPT_PREPARE = 0x36c;
export const H_RESIZE_HPT_COMMIT = 0x370;

// What only these calls return.
/** There is no table prepared of that size. */
export const H_CLOSED = 2;
/** No place in the group; with H_EXACT, the place is taken. */
export const H_PTEG_FULL = -6;
/** The entry is not valid, or not the one that the caller meant. */
export const H_NOT_FOUND = -7;
/** There is no room for a table of that size. */
export const H_NO_MEM = -9;
