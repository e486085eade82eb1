/* The Mandelbrot set on a 64 × 64 grid, 100 iterations at most, once in double and once in single precision. */
#include "../kernels.h"

enum { SIZE = 64, ITERATIONS = 100 };

#define DEFINE_MANDELBROT(name, number)                                                                                                    \
    uint32_t name(void)                                                                                                                    \
    {                                                                                                                                      \
        uint32_t checksum = 0;                                                                                                             \
        const number step = (number)0.04;                                                                                                  \
        number imaginary = (number)-1.25;                                                                                                  \
        for (int row = 0; row < SIZE; row++, imaginary += step) {                                                                          \
            number real = (number)-2.0;                                                                                                    \
            for (int column = 0; column < SIZE; column++, real += step) {                                                                  \
                number x = 0, y = 0;                                                                                                       \
                uint32_t count = 0;                                                                                                        \
                while (count < ITERATIONS && x * x + y * y < (number)4.0) {                                                                \
                    number next = x * x - y * y + real;                                                                                    \
                    y = (number)2.0 * x * y + imaginary;                                                                                   \
                    x = next;                                                                                                              \
                    count++;                                                                                                               \
                }                                                                                                                          \
                checksum = checksum * 31 + count;                                                                                          \
            }                                                                                                                              \
        }                                                                                                                                  \
        return checksum;                                                                                                                   \
    }

DEFINE_MANDELBROT(mandel, double)
DEFINE_MANDELBROT(mandelf, float)
