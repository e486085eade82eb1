/* CRC-32 (reflected polynomial 0xEDB88320), a table look-up per byte, over 64 KiB. */
#include "../kernels.h"

enum { LENGTH = 65536 };

static uint32_t table[256];
static uint8_t data[LENGTH];

static void prepare(void)
{
    for (uint32_t index = 0; index < 256; index++) {
        uint32_t rest = index;
        for (int bit = 0; bit < 8; bit++)
            rest = rest & 1 ? rest >> 1 ^ 0xedb88320 : rest >> 1;
        table[index] = rest;
    }
    uint32_t seed = 1;
    for (int index = 0; index < LENGTH; index++)
        data[index] = (uint8_t)next_random(&seed);
}

uint32_t crc32(void)
{
    if (!table[1])
        prepare();
    uint32_t crc = 0xffffffff;
    for (int index = 0; index < LENGTH; index++)
        crc = table[(crc ^ data[index]) & 0xff] ^ crc >> 8;
    return ~crc;
}
