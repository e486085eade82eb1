/* Every interrupt of the benchmark guest comes here: none is expected. */
#include "../../guests/lib/book-e.h"

        .section .vectors, "ax"
        .balign 16
        .globl interrupt_entry
interrupt_entry:
        lis     1, stack_top@ha
        addi    1, 1, stack_top@l
        stwu    1, -64(1)
        mfsrr0  3
        mfsrr1  4
        mfspr   5, SPR_ESR
        mfspr   6, SPR_DEAR
        b       unexpected_interrupt

        .text
        .globl install_interrupt_entry
install_interrupt_entry:
        lis     4, interrupt_entry@ha
        addi    4, 4, interrupt_entry@l
        mtspr   SPR_IVPR, 4
        .irp    number, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
        mtspr   SPR_IVOR0 + \number, 4
        .endr
        blr
