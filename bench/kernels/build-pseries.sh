#!/bin/bash
# Builds kernels-pseries.elf, the same guest for POWER8 under PAPR, little-endian. Debian: gcc-powerpc64le-linux-gnu.
set -euo pipefail
cd "$(dirname "$0")"
CROSS="${CROSS:-powerpc64le-linux-gnu-}"
ARCHITECTURE=(-mlittle-endian -m64 -mabi=elfv2)
LINKER_SCRIPT=../../guests/lib/pseries/guest.ld
. ../../guests/lib/build.sh
power8 -- "$LIB/pseries/start.S"
power8 -- main.c "$LIB/arithmetic.c" "$LIB/console.c" "$LIB/device-tree.c" "$LIB/text.c" "$LIB/pseries/papr.c" integer/*.c float/*.c
link kernels-pseries.elf
ls -l kernels-pseries.elf
