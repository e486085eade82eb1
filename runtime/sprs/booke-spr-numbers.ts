/** Numbers of the Book E SPRs that the runtime itself touches (PPC440x5 UM 10, Book III-E 5.4). */
export const SPR_DEC = 22;
export const SPR_SRR0 = 26;
export const SPR_SRR1 = 27;
export const SPR_PID = 48;
export const SPR_DECAR = 54;
export const SPR_CSRR0 = 58;
export const SPR_CSRR1 = 59;
export const SPR_DEAR = 61;
export const SPR_ESR = 62;
export const SPR_IVPR = 63;
/** The time base: the numbers for writing. */
export const SPR_TBL = 284;
export const SPR_TBU = 285;
export const SPR_PIR = 286;
export const SPR_PVR = 287;
export const SPR_DBSR = 304;
export const SPR_DBCR0 = 308;
export const SPR_TSR = 336;
export const SPR_TCR = 340;
/** IVOR0 to IVOR15: 400 to 415; IVOR32 (SPE unavailable) on: 528. */
export const SPR_IVOR0 = 400;
export const SPR_IVOR32 = 528;
export const SPR_MCSRR0 = 570;
export const SPR_MCSRR1 = 571;
export const SPR_MCSR = 572;
export const SPR_MMUCR = 946;
