/*
 * Entry of a bare-metal guest on bamboo: r3 = flattened device tree, supervisor state, any initial TLB that
 * maps this code at its own address. The start-up TLB differs between loaders, so the code hops
 * into address space 1, rebuilds address space 0 from nothing, and hops back.
 *
 * RAM_TLB_SIZE (TLB_16M or TLB_256M, given by the build) is the size of entry 0, which maps RAM from 0.
 */
#include "book-e.h"

        .section .text.start, "ax"
        .globl _start
_start:
        mr      31, 3
        li      0, 0
        mtmsr   0
        isync
        mtspr   SPR_PID, 0
        mtspr   SPR_MMUCR, 0

        /* Which entry are we running from? The temporary one must be another. */
        bl      1f
1:      mflr    4
        tlbsx   5, 0, 4
        li      30, TLB_ENTRIES - 1
        cmpw    5, 30
        bne     2f
        li      30, TLB_ENTRIES - 2
2:      li      4, TLB_VALID | TLB_TS | TLB_16M
        li      5, 0
        li      6, TLB_SX | TLB_SW | TLB_SR
        tlbwe   4, 30, 0
        tlbwe   5, 30, 1
        tlbwe   6, 30, 2
        isync
        lis     4, in_space_1@ha
        addi    4, 4, in_space_1@l
        li      5, MSR_IS | MSR_DS
        mtsrr0  4
        mtsrr1  5
        rfi

in_space_1:
        li      4, 0
        li      5, 0
3:      cmpw    4, 30
        beq     4f
        tlbwe   5, 4, 0
4:      addi    4, 4, 1
        cmpwi   4, TLB_ENTRIES
        blt     3b

        li      3, 0
        li      4, TLB_VALID | RAM_TLB_SIZE
        li      5, 0
        li      6, TLB_SX | TLB_SW | TLB_SR
        tlbwe   4, 3, 0
        tlbwe   5, 3, 1
        tlbwe   6, 3, 2
        li      3, 1
        lis     5, UART_PAGE@h
        ori     4, 5, TLB_VALID | TLB_4K
        li      6, TLB_I | TLB_G | TLB_SW | TLB_SR
        tlbwe   4, 3, 0
        tlbwe   5, 3, 1
        tlbwe   6, 3, 2
        isync
        lis     4, in_space_0@ha
        addi    4, 4, in_space_0@l
        li      5, 0
        mtsrr0  4
        mtsrr1  5
        rfi

in_space_0:
        li      5, 0
        tlbwe   5, 30, 0
        isync

        lis     3, __bss_start@ha
        addi    3, 3, __bss_start@l
        lis     4, __bss_end@ha
        addi    4, 4, __bss_end@l
        li      5, 0
5:      cmplw   3, 4
        bge     6f
        stw     5, 0(3)
        addi    3, 3, 4
        b       5b

6:      lis     1, stack_top@ha
        addi    1, 1, stack_top@l
        stwu    5, -16(1)
        mr      3, 31
        bl      guest_main
7:      b       7b

        .section .bss.stack, "aw", @nobits
        .balign 16
        .space  16384
        .globl  stack_top
stack_top:
