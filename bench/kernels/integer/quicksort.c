/* Recursive quicksort (median of three, insertion sort for short runs) of 16,384 words. */
#include "../kernels.h"

enum { LENGTH = 16384, SHORT_RUN = 8 };

static uint32_t values[LENGTH];

static void swap_values(uint32_t *a, uint32_t *b)
{
    uint32_t keep = *a;
    *a = *b;
    *b = keep;
}

static __attribute__((noinline)) void sort(uint32_t *low, uint32_t *high)
{
    while (high - low > SHORT_RUN) {
        uint32_t *middle = low + (high - low) / 2;
        if (*middle < *low)
            swap_values(middle, low);
        if (*high < *low)
            swap_values(high, low);
        if (*high < *middle)
            swap_values(high, middle);
        uint32_t pivot = *middle;
        uint32_t *left = low, *right = high;
        do {
            while (*left < pivot)
                left++;
            while (*right > pivot)
                right--;
            if (left <= right)
                swap_values(left++, right--);
        } while (left <= right);
        if (right - low < high - left) {
            sort(low, right);
            low = left;
        } else {
            sort(left, high);
            high = right;
        }
    }
    for (uint32_t *at = low + 1; at <= high; at++) {
        uint32_t value = *at;
        uint32_t *hole = at;
        for (; hole > low && hole[-1] > value; hole--)
            *hole = hole[-1];
        *hole = value;
    }
}

uint32_t quicksort(void)
{
    uint32_t seed = 4711;
    for (int index = 0; index < LENGTH; index++)
        values[index] = next_random(&seed);
    sort(values, values + LENGTH - 1);
    uint32_t checksum = 0;
    for (int index = 0; index < LENGTH; index++) {
        if (index && values[index - 1] > values[index])
            return 0;
        checksum = checksum * 33 ^ values[index];
    }
    return checksum;
}
