/* One line from the console: echo, backspace, Ctrl-U and Ctrl-C. */
#include "../lib/console.h"
#include "monitor.h"

enum { CONTROL_C = 3, BACKSPACE = 8, CONTROL_U = 21, DELETE = 127 };

static void erase(unsigned count)
{
    while (count--)
        print("\b \b");
}

void read_line(char *line, unsigned size)
{
    /* A terminal may end lines with CR LF: the LF after a CR is not another line. */
    static char previous;
    unsigned length = 0;
    for (;;) {
        char character = read_character();
        char before = previous;
        previous = character;
        if (character == '\n' && before == '\r')
            continue;
        if (character == '\r' || character == '\n')
            break;
        if (character == BACKSPACE || character == DELETE) {
            if (length) {
                erase(1);
                length--;
            }
        } else if (character == CONTROL_U) {
            erase(length);
            length = 0;
        } else if (character == CONTROL_C) {
            print("^C");
            length = 0;
            break;
        } else if (character >= ' ') {
            if (length + 1 < size) {
                line[length++] = character;
                put_character(character);
            } else {
                put_character('\a');
            }
        }
    }
    line[length] = 0;
    print("\n");
}
