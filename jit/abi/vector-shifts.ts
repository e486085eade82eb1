/**
 * What the service `vectorShift` does: one of these, plus the width of an element in bits (8, 16, 32). Plain constants, shared with the
 * ahead-of-time module as layout.ts is.
 */
export const SHIFT_LEFT = 0x000;
export const SHIFT_RIGHT = 0x100;
export const SHIFT_RIGHT_ALGEBRAIC = 0x200;
export const ROTATE_LEFT = 0x300;
