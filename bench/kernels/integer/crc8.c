/* CRC-8 (polynomial 0x07) bit by bit: one unpredictable branch per bit, over 16 KiB. */
#include "../kernels.h"

enum { LENGTH = 16384 };

static uint8_t data[LENGTH];

uint32_t crc8(void)
{
    if (!data[0]) {
        uint32_t seed = 7;
        for (int index = 0; index < LENGTH; index++)
            data[index] = (uint8_t)next_random(&seed);
        data[0] |= 1;
    }
    uint8_t crc = 0;
    for (int index = 0; index < LENGTH; index++) {
        crc ^= data[index];
        for (int bit = 0; bit < 8; bit++) {
            if (crc & 0x80)
                crc = (uint8_t)(crc << 1 ^ 0x07);
            else
                crc = (uint8_t)(crc << 1);
            /* Keeps the compiler from turning the branch into a mask: the branch is what is measured. */
            __asm__ volatile("");
        }
    }
    return crc;
}
