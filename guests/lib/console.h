/* Console output over the first 16550 of bamboo or the hypervisor's terminal of pseries, and the little formatting the guests need. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdint.h>

/* Offsets of the 16550's registers from UART_BASE. */
enum uart_register { UART_DATA = 0, UART_IER = 1, UART_IIR_FCR = 2, UART_LCR = 3, UART_MCR = 4, UART_LSR = 5 };
enum { UART_LSR_DATA_READY = 0x01, UART_LSR_THR_EMPTY = 0x20, UART_LSR_IDLE = 0x40, UART_IER_RECEIVE = 0x01 };

uint8_t uart_read(enum uart_register offset);
void uart_write(enum uart_register offset, uint8_t value);

/* Eight bits, no parity; FIFOs on. Data that waits already is left alone where the FIFO runs already. */
void console_init(void);
/* Whether print() sends a carriage return before each line feed (for terminals); off at start. */
void console_carriage_returns(int on);
void put_character(char character);
/* Waits until everything written has left the UART. */
void console_flush(void);
/*
 * printf with %s %c %% and, with an optional width and 0, %u %d %x for 32 bits and %U %X for 64 bits.
 */
void print(const char *format, ...);

#endif
