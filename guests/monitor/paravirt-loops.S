/*
 * The operations whose cost the paravirt command compares, `count` times each (r3), as privileged instructions
 * and as a guest rewrites them for the magic page at -4096. Field offsets: the low words of the 64-bit fields.
 */
#define PAGE_CRITICAL (-4096 + 28)
#define PAGE_SPRG3 (-4096 + 60)
#define PAGE_MSR (-4096 + 92)
#define PAGE_INT_PENDING (-4096 + 100)

        .macro  LOOP name
        .balign 32
        .globl  \name
\name:
        mtctr   3
        li      6, 0
1:
        .endm
        .macro  AGAIN
        bdnz    1b
        blr
        .endm

        .text
        LOOP    loop_empty
        AGAIN
        LOOP    loop_mfmsr
        mfmsr   4
        AGAIN
        LOOP    loop_mtsprg
        mtsprg  3, 4
        AGAIN
        LOOP    loop_wrteei
        wrteei  0
        wrteei  1
        AGAIN
        LOOP    page_mfmsr
        lwz     4, PAGE_MSR(0)
        AGAIN
        LOOP    page_mtsprg
        stw     4, PAGE_SPRG3(0)
        AGAIN
/* critical = r1 keeps interrupts away between the load and the store of MSR; r6 is 0, which r1 never is. */
        LOOP    page_wrteei
        stw     1, PAGE_CRITICAL(0)
        lwz     5, PAGE_MSR(0)
        rlwinm  5, 5, 0, 17, 15
        stw     5, PAGE_MSR(0)
        stw     6, PAGE_CRITICAL(0)
        stw     1, PAGE_CRITICAL(0)
        lwz     5, PAGE_MSR(0)
        ori     5, 5, 0x8000
        stw     5, PAGE_MSR(0)
        lwz     7, PAGE_INT_PENDING(0)
        stw     6, PAGE_CRITICAL(0)
        cmpwi   7, 0
        beq     2f
        wrteei  1
2:      AGAIN
