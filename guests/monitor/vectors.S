/*
 * Interrupt entry. Three families share one frame (struct interrupt_frame in monitor.h): normal, critical and
 * machine check differ only in their save/restore registers. Data and instruction TLB misses in RAM or in the
 * 4 KiB-page window are answered here without a frame; all else goes to handle_interrupt().
 */
#include "../lib/book-e.h"

#define FRAME 192
#define FIRST_REPLACED 3        /* entries 0, 1: RAM and UART; 2: the page that the smc command remaps */
#define WINDOW 0xc0000000

        .macro  STUB number, family
        .balign 16
vector_\number:
        stwu    1, -FRAME(1)
        stw     0, 16(1)
        li      0, \number
        stw     0, 176(1)
        b       save_\family
        .endm

        .macro  FAMILY name, srr0, srr1, return
save_\name:
        stmw    2, 24(1)
        addi    0, 1, FRAME
        stw     0, 20(1)
        mfspr   3, \srr0
        mfspr   4, \srr1
        mfcr    5
        mflr    6
        mfctr   7
        mfxer   8
        mfspr   9, SPR_ESR
        mfspr   10, SPR_DEAR
        stw     3, 144(1)
        stw     4, 148(1)
        stw     5, 152(1)
        stw     6, 156(1)
        stw     7, 160(1)
        stw     8, 164(1)
        stw     9, 168(1)
        stw     10, 172(1)
        mr      3, 1
        bl      handle_interrupt
        lwz     3, 144(1)
        lwz     4, 148(1)
        lwz     5, 152(1)
        lwz     6, 156(1)
        lwz     7, 160(1)
        lwz     8, 164(1)
        mtspr   \srr0, 3
        mtspr   \srr1, 4
        mtcr    5
        mtlr    6
        mtctr   7
        mtxer   8
        lmw     2, 24(1)
        lwz     0, 16(1)
        addi    1, 1, FRAME
        \return
        .endm

        .macro  RESTORE_MISS
        mtcr    12
        mfsprg  10, 0
        mfsprg  11, 1
        mfsprg  12, 2
        mfspr   9, SPR_SPRG4R
        .endm

        .macro  MISS number, address
        .balign 16
vector_\number:
        mtsprg  0, 10
        mtsprg  1, 11
        mtsprg  2, 12
        mtspr   SPR_SPRG4W, 9
        mfcr    12
        mfspr   10, \address
        lis     9, memory_size@ha
        lwz     9, memory_size@l(9)
        addis   11, 10, (-WINDOW)@h
        cmplw   11, 9
        blt     fill_window
        cmplw   10, 9
        blt     fill_linear
        RESTORE_MISS
        stwu    1, -FRAME(1)
        stw     0, 16(1)
        li      0, \number
        stw     0, 176(1)
        b       save_normal
        .endm

        .section .vectors, "ax"
        STUB    0, critical
        STUB    1, machine_check
        STUB    2, normal
        STUB    3, normal
        STUB    4, normal
        STUB    5, normal
        STUB    6, normal
        STUB    7, normal
        STUB    8, normal
        STUB    9, normal
        STUB    10, normal
        STUB    11, normal
        STUB    12, critical
        MISS    13, SPR_DEAR
        MISS    14, 26
        STUB    15, critical

        FAMILY  normal, 26, 27, rfi
        FAMILY  critical, SPR_CSRR0, SPR_CSRR1, rfci
        FAMILY  machine_check, SPR_MCSRR0, SPR_MCSRR1, ".long 0x4c00004c" /* rfmci */

/* r10 = effective address, r11 = its offset in the window = the physical address. */
fill_window:
        rlwinm  11, 11, 0, 0, 19
        rlwinm  10, 10, 0, 0, 19
        ori     10, 10, TLB_VALID | TLB_4K
        b       fill
fill_linear:
        rlwinm  11, 10, 0, 0, 11
        ori     10, 11, TLB_VALID | TLB_1M
fill:
        lis     9, next_entry@ha
        lwz     9, next_entry@l(9)
        tlbwe   11, 9, 1
        li      11, TLB_SX | TLB_SW | TLB_SR
        tlbwe   11, 9, 2
        tlbwe   10, 9, 0
        addi    9, 9, 1
        cmpwi   9, TLB_ENTRIES
        blt     1f
        li      9, FIRST_REPLACED
1:      lis     11, next_entry@ha
        stw     9, next_entry@l(11)
        lis     11, tlb_misses@ha
        lwz     9, tlb_misses@l(11)
        addi    9, 9, 1
        stw     9, tlb_misses@l(11)
        RESTORE_MISS
        rfi

        .text
        .globl  install_vectors
install_vectors:
        lis     4, vector_0@ha
        addi    4, 4, vector_0@l
        mtspr   SPR_IVPR, 4
        .irp    number, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        lis     4, vector_\number@ha
        addi    4, 4, vector_\number@l
        mtspr   SPR_IVOR0 + \number, 4
        .endr
        isync
        blr

/* int probe_load(uint32_t address, uint32_t *value): a load that may fault; the handler turns r3 into 0 then. */
        .globl  probe_load, probe_load_site
probe_load:
        mr      5, 3
        li      3, 1
probe_load_site:
        lwz     6, 0(5)
        stw     6, 0(4)
        blr

/* int probe_store(uint32_t address, uint32_t value) */
        .globl  probe_store, probe_store_site
probe_store:
        mr      5, 3
        li      3, 1
probe_store_site:
        stw     4, 0(5)
        blr

/* Back to the prompt with a fresh stack, after a fault that nothing expected. */
        .globl  restart_monitor
restart_monitor:
        lis     1, stack_top@ha
        addi    1, 1, stack_top@l
        li      0, 0
        stwu    0, -16(1)
        bl      monitor_loop
1:      b       1b

        .data
        .balign 4
        .globl  next_entry, tlb_misses, memory_size
next_entry:
        .long   FIRST_REPLACED
tlb_misses:
        .long   0
/* Bytes of RAM that the miss handlers map; 16 MiB at first, then what the device tree says. */
memory_size:
        .long   0x01000000
