/** Numbers of the 64-bit Book III-S SPRs that the runtime itself touches (Power ISA 2.07B, III-S 4.4.4; 970FX UM 2.1). */
export const SPR_DSISR = 18;
export const SPR_DAR = 19;
export const SPR_DEC = 22;
export const SPR_SRR0 = 26;
export const SPR_SRR1 = 27;
export const SPR_AMR = 29;
/** AMR as problem state names it. */
export const SPR_UAMR = 13;
export const SPR_IAMR = 61;
/** CTRL for writing; its storage. */
export const SPR_CTRL = 152;
export const SPR_FSCR = 153;
export const SPR_UAMOR = 157;
export const SPR_DPDES = 176;
/** The time base: the numbers for writing. */
export const SPR_TBL = 284;
export const SPR_TBU = 285;
export const SPR_PVR = 287;
export const SPR_SPURR = 308;
export const SPR_PURR = 309;
/** The 970FX's hypervisor interrupt offset register. */
export const SPR_HIOR = 311;
export const SPR_LPCR = 318;
/** The problem state's numbers of the performance monitor are 16 less than those that write them. */
export const SPR_UMMCR0 = 779;
export const SPR_MMCR0 = 795;
export const SPR_SIAR = 796;
export const PMU_USER_DISTANCE = 16;
export const SPR_BESCR = 806;
export const SPR_VTB = 849;
export const SPR_PPR = 896;
export const SPR_PPR32 = 898;
export const SPR_PIR = 1023;
