#!/bin/bash
# Builds monitor.elf, the guest that `npm start` boots. The result is the same bytes everywhere.
set -euo pipefail
cd "$(dirname "$0")"
. ../lib/build.sh
KERNELS=../../bench/kernels
soft -DRAM_TLB_SIZE=TLB_16M -- vectors.S "$LIB/start.S" smc-code.S paravirt-loops.S
soft -- ./*.c "$LIB/arithmetic.c" "$LIB/console.c" "$LIB/device-tree.c" "$LIB/text.c"
soft -- "$KERNELS"/integer/{crc32,fib,sieve,quicksort,records}.c
hard -- "$KERNELS"/float/{matmul,mandel}.c
link monitor.elf
ls -l monitor.elf
