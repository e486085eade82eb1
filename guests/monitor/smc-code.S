/* Code that is patched while it runs; page aligned, in writable memory (.patchable). */

        .macro  SYNCHRONIZE register
        dcbst   0, \register
        sync
        icbi    0, \register
        sync
        isync
        .endm

        .section .patchable, "awx"
        .balign 4096

/* uint32_t smc_same_page(uint32_t instruction): stores it at a place further down this page, jumps there. */
        .globl  smc_same_page
smc_same_page:
        lis     4, 1f@ha
        addi    4, 4, 1f@l
        stw     3, 0(4)
        SYNCHRONIZE 4
        b       1f
        .balign 64
1:      li      3, -1
        blr

/* uint32_t smc_ahead(uint32_t instruction): straight-line code that patches an instruction of its own. */
        .globl  smc_ahead
smc_ahead:
        lis     4, 2f@ha
        addi    4, 4, 2f@l
        li      5, 1
        stw     3, 0(4)
        SYNCHRONIZE 4
        addi    5, 5, 1
2:      li      3, -1
        add     3, 3, 5
        blr

/* uint32_t smc_loop(uint32_t count): adds 1 + 2 + ... + count by an addi whose operand each iteration rewrites. */
        .globl  smc_loop
smc_loop:
        mtctr   3
        lis     4, 4f@ha
        addi    4, 4, 4f@l
        lis     6, 0x3863
        li      5, 0
        li      3, 0
3:      addi    5, 5, 1
        rlwimi  6, 5, 0, 17, 31
        stw     6, 0(4)
        SYNCHRONIZE 4
4:      addi    3, 3, 0
        bdnz    3b
        blr

/* uint32_t smc_neighbour(uint32_t count): stores to data in its own page without ever changing an instruction. */
        .globl  smc_neighbour
smc_neighbour:
        mtctr   3
        lis     4, 6f@ha
        addi    4, 4, 6f@l
        li      3, 0
        stw     3, 0(4)
5:      lwz     5, 0(4)
        addi    5, 5, 3
        stw     5, 0(4)
        add     3, 3, 5
        bdnz    5b
        blr
        .balign 256
6:      .long   0

        .balign 4096
/* uint32_t smc_target(void): patched from other pages. */
        .globl  smc_target
smc_target:
        li      3, -1
        blr
