#include "console.h"

#include <stdarg.h>

#include "arithmetic.h"
#ifndef __powerpc64__
#include "book-e.h"
#endif

static int carriage_returns;

#ifdef __powerpc64__
#include "pseries/papr.h"

void console_init(void)
{
}

static void send(char character)
{
    /* Busy for as long as its buffer is full. */
    while (hypercall(H_PUT_TERM_CHAR, DEFAULT_TERMINAL, 1, (uint64_t)(uint8_t)character << 56, 0) == H_BUSY)
        ;
}

#else
uint8_t uart_read(enum uart_register offset)
{
    uint8_t value = *(volatile uint8_t *)(UART_BASE + offset);
    __asm__ volatile("eieio" : : : "memory");
    return value;
}

void uart_write(enum uart_register offset, uint8_t value)
{
    *(volatile uint8_t *)(UART_BASE + offset) = value;
    __asm__ volatile("eieio" : : : "memory");
}

void console_init(void)
{
    uart_write(UART_LCR, 0x03);
    uart_write(UART_MCR, 0x0b);
    /* Writing FCR when the FIFO is off empties it; a host may have typed ahead. */
    if ((uart_read(UART_IIR_FCR) & 0xc0) != 0xc0 && !(uart_read(UART_LSR) & UART_LSR_DATA_READY))
        uart_write(UART_IIR_FCR, 0x01);
}

static void send(char character)
{
    while (!(uart_read(UART_LSR) & UART_LSR_THR_EMPTY))
        ;
    uart_write(UART_DATA, (uint8_t)character);
}
#endif

void console_carriage_returns(int on)
{
    carriage_returns = on;
}

void put_character(char character)
{
    if (character == '\n' && carriage_returns)
        send('\r');
    send(character);
}

static void put_number(uint64_t value, uint32_t base, int width, char fill)
{
    char digits[24];
    int count = 0;
    do {
        uint32_t digit;
        value = divide64(value, base, &digit);
        digits[count++] = "0123456789abcdef"[digit];
    } while (value);
    while (width-- > count)
        put_character(fill);
    while (count)
        put_character(digits[--count]);
}

static int put_string(const char *text)
{
    int length = 0;
    for (; text[length]; length++)
        put_character(text[length]);
    return length;
}

void print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    for (; *format; format++) {
        if (*format != '%') {
            put_character(*format);
            continue;
        }
        char fill = ' ';
        int width = 0;
        if (*++format == '0') {
            fill = '0';
            format++;
        }
        while (*format >= '0' && *format <= '9')
            width = width * 10 + (*format++ - '0');
        switch (*format) {
        case 's':
            for (int length = put_string(va_arg(arguments, const char *)); length < width; length++)
                put_character(' ');
            break;
        case 'c':
            put_character((char)va_arg(arguments, int));
            break;
        case 'd': {
            int32_t value = va_arg(arguments, int32_t);
            if (value < 0)
                put_character('-');
            put_number(value < 0 ? 0u - (uint32_t)value : (uint32_t)value, 10, width, fill);
            break;
        }
        case 'u':
            put_number(va_arg(arguments, uint32_t), 10, width, fill);
            break;
        case 'x':
            put_number(va_arg(arguments, uint32_t), 16, width, fill);
            break;
        case 'U':
            put_number(va_arg(arguments, uint64_t), 10, width, fill);
            break;
        case 'X':
            put_number(va_arg(arguments, uint64_t), 16, width, fill);
            break;
        default:
            put_character(*format);
        }
    }
    va_end(arguments);
}

void console_flush(void)
{
#ifndef __powerpc64__
    while (!(uart_read(UART_LSR) & UART_LSR_IDLE))
        ;
#endif
}
