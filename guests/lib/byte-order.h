/* Words that lie in memory big-endian, whatever the guest is: device trees, RTAS arguments. */
#ifndef BYTE_ORDER_H
#define BYTE_ORDER_H

#include <stdint.h>

static inline uint32_t from_big_endian(uint32_t word)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return __builtin_bswap32(word);
#else
    return word;
#endif
}

#endif
