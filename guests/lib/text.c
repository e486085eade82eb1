#include "text.h"

void *memcpy(void *to, const void *from, size_t length)
{
    uint8_t *target = to;
    const uint8_t *source = from;
    while (length--)
        *target++ = *source++;
    return to;
}

void *memset(void *to, int value, size_t length)
{
    uint8_t *target = to;
    while (length--)
        *target++ = (uint8_t)value;
    return to;
}

int memcmp(const void *left, const void *right, size_t length)
{
    const uint8_t *a = left, *b = right;
    for (; length; length--, a++, b++)
        if (*a != *b)
            return *a - *b;
    return 0;
}

size_t strlen(const char *text)
{
    size_t length = 0;
    while (text[length])
        length++;
    return length;
}

int strcmp(const char *left, const char *right)
{
    while (*left && *left == *right) {
        left++;
        right++;
    }
    return (uint8_t)*left - (uint8_t)*right;
}

int strncmp(const char *left, const char *right, size_t length)
{
    for (; length; length--, left++, right++)
        if (*left != *right || !*left)
            return (uint8_t)*left - (uint8_t)*right;
    return 0;
}

static int digit_of(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    character |= 0x20;
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : 99;
}

int parse_number(const char **text, int base, uint32_t *value)
{
    const char *at = *text;
    if (at[0] == '0' && (at[1] | 0x20) == 'x') {
        base = 16;
        at += 2;
    }
    if (digit_of(*at) >= base)
        return 0;
    uint32_t sum = 0;
    while (digit_of(*at) < base)
        sum = sum * (uint32_t)base + (uint32_t)digit_of(*at++);
    *text = at;
    *value = sum;
    return 1;
}
