/*
 * Entry of a little-endian guest for pseries: r3 = flattened device tree, real mode, 64-bit mode, either byte order. The image lies where it was
 * linked, as our loader puts it and QEMU with kernel-addr=0.
 */
        .abiversion 2
        .section .text.start, "ax"
        .globl  _start
_start:
        /* To a big-endian processor the first word is `b .+8`: it comes to the words below, which are written for it. */
        tdi     0, 0, 0x48
        b       little_endian
        .byte   0x42, 0x9f, 0x00, 0x05          /* bcl   20,31,.+4 */
        .byte   0x7d, 0x48, 0x02, 0xa6          /* mflr  10 */
        .byte   0x39, 0x4a, 0x00, 0x1c          /* addi  10,10,28 */
        .byte   0x7d, 0x60, 0x00, 0xa6          /* mfmsr 11 */
        .byte   0x69, 0x6b, 0x00, 0x01          /* xori  11,11,1 */
        .byte   0x7d, 0x5a, 0x03, 0xa6          /* mtsrr0 10 */
        .byte   0x7d, 0x7b, 0x03, 0xa6          /* mtsrr1 11 */
        .byte   0x4c, 0x00, 0x00, 0x24          /* rfid */

little_endian:
        lis     2, .TOC.@ha
        addi    2, 2, .TOC.@l
        lis     4, __bss_start@ha
        addi    4, 4, __bss_start@l
        lis     5, __bss_end@ha
        addi    5, 5, __bss_end@l
        li      6, 0
1:      cmpld   4, 5
        bge     2f
        stb     6, 0(4)
        addi    4, 4, 1
        b       1b
2:      lis     1, stack_top@ha
        addi    1, 1, stack_top@l
        stdu    6, -64(1)
        bl      guest_main
        nop
3:      b       3b

        .section .bss.stack, "aw", @nobits
        .balign 16
        .space  16384
        .globl  stack_top
stack_top:
