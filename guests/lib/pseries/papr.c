#include "papr.h"

#include "../byte-order.h"
#include "../device-tree.h"

void power_off(void)
{
    static uint32_t arguments[6];
    arguments[0] = from_big_endian(device_tree_cell("/rtas", "power-off", 0));
    arguments[1] = from_big_endian(2);
    arguments[2] = from_big_endian(1);
    arguments[3] = arguments[4] = 0xffffffff;
    hypercall(H_RTAS, (uint64_t)arguments, 0, 0, 0);
    for (;;)
        ;
}
