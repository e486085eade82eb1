/** What hypercalls return in r3 (Power Architecture Platform Requirements, 14.5.4 and the calls' own sections). */
export const H_SUCCESS = 0;
export const H_HARDWARE = -1;
/** There is no such call. */
export const H_FUNCTION = -2;
/** Called from problem state. */
export const H_PRIVILEGE = -3;
export const H_PARAMETER = -4;
export const H_RESERVED_DABR = -8;
export const H_RESOURCE = -16;
/** The second, third and fourth parameter is wrong. */
export const H_P2 = -55;
export const H_P3 = -56;
export const H_P4 = -57;
/** A flag that is not known; the lower the number, the lower the flag's. */
export const H_UNSUPPORTED_FLAG = -256;
