/* Substring search in 32 KiB of words: first byte by byte, then by Horspool's skip table. */
#include "../kernels.h"

enum { LENGTH = 32768, NEEDLE = 12 };

static char text[LENGTH];
static char needles[8][NEEDLE];

static void prepare(void)
{
    static const char letters[] = "etaoin shrdlu ";
    uint32_t seed = 2718;
    for (int index = 0; index < LENGTH; index++)
        text[index] = letters[next_random(&seed) % (sizeof letters - 1)];
    for (int needle = 0; needle < 8; needle++) {
        uint32_t from = next_random(&seed) % (LENGTH - NEEDLE);
        for (int index = 0; index < NEEDLE; index++)
            needles[needle][index] = text[from + index];
    }
}

static __attribute__((noinline)) uint32_t search_plainly(const char *needle)
{
    for (uint32_t at = 0; at + NEEDLE <= LENGTH; at++) {
        int index = 0;
        while (index < NEEDLE && text[at + index] == needle[index])
            index++;
        if (index == NEEDLE)
            return at;
    }
    return LENGTH;
}

static __attribute__((noinline)) uint32_t search_skipping(const char *needle)
{
    uint8_t skip[256];
    for (int index = 0; index < 256; index++)
        skip[index] = NEEDLE;
    for (int index = 0; index < NEEDLE - 1; index++)
        skip[(uint8_t)needle[index]] = (uint8_t)(NEEDLE - 1 - index);
    uint32_t at = 0;
    while (at + NEEDLE <= LENGTH) {
        int index = NEEDLE - 1;
        while (index >= 0 && text[at + index] == needle[index])
            index--;
        if (index < 0)
            return at;
        at += skip[(uint8_t)text[at + NEEDLE - 1]];
    }
    return LENGTH;
}

uint32_t strsearch(void)
{
    if (!text[0])
        prepare();
    uint32_t checksum = 0;
    for (int needle = 0; needle < 8; needle++)
        checksum = checksum * 7 + search_plainly(needles[needle]) + 3 * search_skipping(needles[needle]);
    return checksum;
}
