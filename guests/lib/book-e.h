/*
 * Book E and PPC440 names that both assembly and C use: SPR and DCR numbers, MSR bits, TLB words.
 * Source: PPC440x5 CPU Core User's Manual, chapters "Register Summary" and "Memory Management".
 */
#ifndef BOOK_E_H
#define BOOK_E_H

#define SPR_PID 48
#define SPR_DECAR 54
#define SPR_CSRR0 58
#define SPR_CSRR1 59
#define SPR_DEAR 61
#define SPR_ESR 62
#define SPR_IVPR 63
#define SPR_SPRG4R 260
#define SPR_SPRG4W 276
#define SPR_TBL 268
#define SPR_TBU 269
#define SPR_PVR 287
#define SPR_DBCR0 308
#define SPR_TSR 336
#define SPR_TCR 340
#define SPR_IVOR0 400
#define SPR_MCSRR0 570
#define SPR_MCSRR1 571
#define SPR_MMUCR 946

#define MSR_WE 0x00040000
#define MSR_CE 0x00020000
#define MSR_EE 0x00008000
#define MSR_FP 0x00002000
#define MSR_ME 0x00001000
#define MSR_IS 0x00000020
#define MSR_DS 0x00000010

#define TCR_DIE 0x04000000
#define TCR_ARE 0x00400000
#define TSR_DIS 0x08000000

#define DBCR0_RST_SYSTEM 0x30000000

/* TLB word 0: EPN in bits 0:21, then valid, translation space, size. */
#define TLB_VALID 0x200
#define TLB_TS 0x100
#define TLB_4K 0x10
#define TLB_1M 0x50
#define TLB_16M 0x70
#define TLB_256M 0x90
/* TLB word 2: storage attributes and permissions. */
#define TLB_I 0x400
#define TLB_G 0x100
#define TLB_SX 0x4
#define TLB_SW 0x2
#define TLB_SR 0x1
#define TLB_ENTRIES 64

#define UART_PAGE 0xef600000
#define UART_BASE 0xef600300

#define UIC0_SR 0xc0
#define UIC0_ER 0xc2
#define UIC0_CR 0xc3
#define UIC0_PR 0xc4
#define UIC0_TR 0xc5
#define UIC_UART0 0x80000000

#ifndef __ASSEMBLER__

#include <stdint.h>

#define mfspr(number)                                                                                                                      \
    ({                                                                                                                                     \
        uint32_t value_;                                                                                                                   \
        __asm__ volatile("mfspr %0,%1" : "=r"(value_) : "i"(number));                                                                      \
        value_;                                                                                                                            \
    })
#define mtspr(number, value) __asm__ volatile("mtspr %0,%1" : : "i"(number), "r"((uint32_t)(value)) : "memory")
#define mfdcr(number)                                                                                                                      \
    ({                                                                                                                                     \
        uint32_t value_;                                                                                                                   \
        __asm__ volatile("mfdcr %0,%1" : "=r"(value_) : "i"(number));                                                                      \
        value_;                                                                                                                            \
    })
#define mtdcr(number, value) __asm__ volatile("mtdcr %0,%1" : : "i"(number), "r"((uint32_t)(value)) : "memory")

static inline uint32_t mfmsr(void)
{
    uint32_t value;
    __asm__ volatile("mfmsr %0" : "=r"(value));
    return value;
}

static inline void mtmsr(uint32_t value)
{
    __asm__ volatile("mtmsr %0; isync" : : "r"(value) : "memory");
}

/* The 64-bit timebase; re-read when the low half carried in between. */
static inline uint64_t timebase(void)
{
    uint32_t high, low, again;
    do {
        high = mfspr(SPR_TBU);
        low = mfspr(SPR_TBL);
        again = mfspr(SPR_TBU);
    } while (high != again);
    return (uint64_t)high << 32 | low;
}

/* Makes one just-stored instruction word visible to instruction fetch. */
static inline void synchronize_instruction(const void *address)
{
    __asm__ volatile("dcbst 0,%0; sync; icbi 0,%0; sync; isync" : : "r"(address) : "memory");
}

/* System reset through the debug facility: the only power control the 440 core has of its own. */
static inline void system_reset(void)
{
    mtspr(SPR_DBCR0, DBCR0_RST_SYSTEM);
    for (;;)
        ;
}

#endif
#endif
