/* Product of two 64 × 64 matrices of 32-bit integers. */
#include "../kernels.h"

enum { SIZE = 64 };

static int32_t left[SIZE][SIZE], right[SIZE][SIZE], product[SIZE][SIZE];

uint32_t matrix(void)
{
    if (!left[0][0]) {
        uint32_t seed = 99;
        for (int row = 0; row < SIZE; row++)
            for (int column = 0; column < SIZE; column++) {
                left[row][column] = (int32_t)(next_random(&seed) >> 8) - 0x800000;
                right[row][column] = (int32_t)(next_random(&seed) >> 8) - 0x800000;
            }
        left[0][0] |= 1;
    }
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column++) {
            uint32_t sum = 0;
            for (int inner = 0; inner < SIZE; inner++)
                sum += (uint32_t)left[row][inner] * (uint32_t)right[inner][column];
            product[row][column] = (int32_t)sum;
        }
    uint32_t checksum = 0;
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column++)
            checksum = checksum * 31 + (uint32_t)product[row][column];
    return checksum;
}
