/* LU factorisation with partial pivoting of a 64 × 64 system of doubles, and its solution. */
#include "../kernels.h"

enum { SIZE = 64 };

static double a[SIZE][SIZE], b[SIZE];

static double magnitude(double value)
{
    return value < 0.0 ? -value : value;
}

static void prepare(void)
{
    uint32_t seed = 1325;
    for (int row = 0; row < SIZE; row++) {
        b[row] = 0.0;
        for (int column = 0; column < SIZE; column++) {
            a[row][column] = (double)((int32_t)next_random(&seed) >> 8) * (1.0 / 8388608.0);
            b[row] += a[row][column];
        }
    }
}

static __attribute__((noinline)) void subtract_multiple(double *to, const double *from, double factor, int count)
{
    for (int index = 0; index < count; index++)
        to[index] -= factor * from[index];
}

uint32_t lu(void)
{
    prepare();
    for (int column = 0; column < SIZE; column++) {
        int pivot = column;
        for (int row = column + 1; row < SIZE; row++)
            if (magnitude(a[row][column]) > magnitude(a[pivot][column]))
                pivot = row;
        if (pivot != column) {
            for (int index = 0; index < SIZE; index++) {
                double keep = a[column][index];
                a[column][index] = a[pivot][index];
                a[pivot][index] = keep;
            }
            double keep = b[column];
            b[column] = b[pivot];
            b[pivot] = keep;
        }
        for (int row = column + 1; row < SIZE; row++) {
            double factor = a[row][column] / a[column][column];
            subtract_multiple(&a[row][column], &a[column][column], factor, SIZE - column);
            b[row] -= factor * b[column];
        }
    }
    for (int row = SIZE - 1; row >= 0; row--) {
        for (int column = row + 1; column < SIZE; column++)
            b[row] -= a[row][column] * b[column];
        b[row] /= a[row][row];
    }
    double sum = 0.0;
    for (int row = 0; row < SIZE; row++)
        sum += b[row];
    return fold_double(sum);
}
