/* Product of two 64 × 64 matrices of doubles (inner products, as written). */
#include "../kernels.h"

enum { SIZE = 64 };

static double left[SIZE][SIZE], right[SIZE][SIZE], product[SIZE][SIZE];

uint32_t matmul(void)
{
    if (left[0][0] == 0.0)
        for (int row = 0; row < SIZE; row++)
            for (int column = 0; column < SIZE; column++) {
                left[row][column] = 1.0 + 0.01 * row - 0.003 * column;
                right[row][column] = 0.5 - 0.02 * row + 0.007 * column;
            }
    for (int row = 0; row < SIZE; row++)
        for (int column = 0; column < SIZE; column++) {
            double sum = 0.0;
            for (int inner = 0; inner < SIZE; inner++)
                sum += left[row][inner] * right[inner][column];
            product[row][column] = sum;
        }
    double trace = 0.0;
    for (int row = 0; row < SIZE; row++)
        trace += product[row][row] + product[row][SIZE - 1 - row];
    return fold_double(trace);
}
