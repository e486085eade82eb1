#!/bin/bash
# Builds kernels.elf, the bare-metal benchmark guest for bamboo. The result is the same bytes everywhere.
set -euo pipefail
cd "$(dirname "$0")"
. ../../guests/lib/build.sh
soft -DRAM_TLB_SIZE=TLB_256M -- interrupt.S "$LIB/start.S"
soft -- main.c "$LIB/arithmetic.c" "$LIB/console.c" "$LIB/device-tree.c" "$LIB/text.c" integer/*.c
hard -- float/*.c
link kernels.elf
ls -l kernels.elf
