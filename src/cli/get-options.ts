import { Option, type Command } from 'commander';
import { parsePackages, parseSize } from './option-values.js';

/** Guests that can be fetched. */
export const GUESTS = ['debian'] as const;

/** The options of `get` as commander hands them over. */
export interface GetOptionValues {
  readonly refresh?: boolean;
  /** A file, or true for the one in the cache. */
  readonly disk?: string | true;
  readonly size?: number;
  readonly include?: readonly string[];
}

/** Printed below the options of `get --help`. */
export const GET_HELP = `
debian: Debian's unmodified ppc64el kernel, and busybox in an initial RAM disk, by this machine's apt into
~/.cache/powerjit (or $XDG_CACHE_HOME/powerjit). It needs a Debian system, but not root, and changes nothing else.
apt checks all of it against Debian's signed lists.

Examples:
  Fetch once, then boot to a shell
    $ powerjit get debian
    $ powerjit run --machine pseries --memory 1G --append console=hvc0 \\
        --kernel ~/.cache/powerjit/debian/current/vmlinux --initrd ~/.cache/powerjit/debian/current/initrd
  A disk with a whole Debian; its first start takes longer. Log in as root, password powerjit
    $ powerjit get debian --disk debian.img --size 4G --include gcc,libc6-dev
`;

/** Declares the options of `get`. */
export function addGetOptions(command: Command): Command {
  return command
    .argument('<guest>', GUESTS.join(', '))
    .option('--refresh', 'fetch the newest, though an older one is in the cache')
    .option('--disk [file]', 'also make a disk with a whole system, in the cache or in a file')
    .addOption(new Option('--size <size>', 'size of the disk with its unit (default: 2G)').argParser(parseSize('--size')))
    .addOption(new Option('--include <list>', 'further packages for the disk, separated by commas').argParser(parsePackages('--include')));
}
