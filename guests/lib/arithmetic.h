/* 64-bit division without a compiler runtime library. */
#ifndef ARITHMETIC_H
#define ARITHMETIC_H

#include <stdint.h>

/* dividend / divisor; the remainder goes to *remainder unless that is null. The divisor must not be 0. */
uint64_t divide64(uint64_t dividend, uint32_t divisor, uint32_t *remainder);

#endif
