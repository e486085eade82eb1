/* Strings and memory: what the compiler expects to call, and what the guests parse with. */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>

void *memcpy(void *to, const void *from, size_t length);
void *memset(void *to, int value, size_t length);
int memcmp(const void *left, const void *right, size_t length);
size_t strlen(const char *text);
int strcmp(const char *left, const char *right);
int strncmp(const char *left, const char *right, size_t length);

/* Reads a number (decimal, or hexadecimal after 0x or when base is 16) at *text and moves *text past it; 0 if there is none. */
int parse_number(const char **text, int base, uint32_t *value);

#endif
