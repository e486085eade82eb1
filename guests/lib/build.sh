# Sourced by the guests' build scripts: compilers, flags and the two steps. Debian: gcc-powerpc-linux-gnu.
# Sets `soft` and `hard` (compile for the 440 with soft or hardware floating point), `power8` (for little-endian pseries) and `link`; a script for
# pseries sets CROSS, ARCHITECTURE and LINKER_SCRIPT before; all paths are relative to the
# caller's directory, so that the output does not depend on where the sources lie.
CROSS="${CROSS:-powerpc-linux-gnu-}"
LIB=../../guests/lib
OUT="$(mktemp -d)"
trap 'rm -rf "$OUT"' EXIT
OBJECTS=()
[ -v ARCHITECTURE ] || ARCHITECTURE=(-mno-gnu-attribute -mbig-endian -m32)

FLAGS=(-O2 -std=gnu11 -Wall -Wextra -Werror -ffreestanding -fno-builtin -fno-tree-loop-distribute-patterns -fno-pie -fno-stack-protector
    -fno-asynchronous-unwind-tables -fno-common "${ARCHITECTURE[@]}")

# compile <extra flags> -- <sources>: one object per source.
compile() {
    local extra=()
    while [ "$1" != -- ]; do
        extra+=("$1")
        shift
    done
    shift
    local source
    for source in "$@"; do
        local object="$OUT/${#OBJECTS[@]}.o"
        "${CROSS}gcc" "${FLAGS[@]}" "${extra[@]}" -c "$source" -o "$object"
        OBJECTS+=("$object")
    done
}

soft() { compile -mcpu=440 -msoft-float "$@"; }
hard() { compile -mcpu=440fp -mhard-float "$@"; }
power8() { compile -mcpu=power8 "$@"; }

# link <elf>: links all objects and drops symbols and notes.
link() {
    "${CROSS}ld" -static -nostdlib --build-id=none --no-warn-rwx-segments -z noexecstack -z max-page-size=0x1000 \
        -T "${LINKER_SCRIPT:-$LIB/guest.ld}" "${OBJECTS[@]}" -o "$OUT/guest.elf"
    "${CROSS}strip" --strip-all "$OUT/guest.elf" -o "$1"
}
