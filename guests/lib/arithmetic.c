#include "arithmetic.h"

uint64_t divide64(uint64_t dividend, uint32_t divisor, uint32_t *remainder)
{
    uint32_t high = (uint32_t)(dividend >> 32);
    uint32_t low = (uint32_t)dividend;
    uint32_t quotient_high = high / divisor;
    uint32_t rest = high % divisor;
    uint32_t quotient_low = 0;
    if (rest == 0) {
        quotient_low = low / divisor;
        rest = low % divisor;
    } else {
        for (int bit = 0; bit < 32; bit++) {
            uint32_t carry = rest >> 31;
            rest = rest << 1 | low >> 31;
            low <<= 1;
            quotient_low <<= 1;
            if (carry || rest >= divisor) {
                rest -= divisor;
                quotient_low |= 1;
            }
        }
    }
    if (remainder)
        *remainder = rest;
    return (uint64_t)quotient_high << 32 | quotient_low;
}
