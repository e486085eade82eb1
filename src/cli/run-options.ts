import { Option } from 'commander';
import type { Command } from 'commander';
import type { DriveOptions } from '../host/node/node-drive.js';
import type { ShareOptions } from '../host/node/node-share.js';
import type { ExecutionMode } from '../machine-api.js';
import { parseDrive, parseShare } from './device-options.js';
import { parseCount, parseDate, parsePattern, parseSeconds, parseSize, parseTopics, TRACE_TOPICS } from './option-values.js';

/** The options of `run` as commander hands them over. */
export interface RunOptionValues {
  readonly machine: string;
  readonly cpu?: string;
  readonly memory?: number;
  readonly smp?: number;
  readonly kernel?: string;
  readonly firmware?: string;
  readonly initrd?: string;
  readonly dtb?: string;
  readonly append?: string;
  readonly drive?: readonly DriveOptions[];
  readonly net?: 'user' | 'none';
  readonly share?: readonly ShareOptions[];
  readonly mode: ExecutionMode;
  readonly jitThreshold?: number;
  readonly jitSync?: boolean;
  readonly icount?: boolean;
  /** ms since 1970. */
  readonly startTime?: number;
  readonly paravirt?: 'on' | 'off';
  readonly until?: RegExp;
  readonly timeout?: number;
  readonly stats?: string;
  readonly profile?: string;
  readonly trace?: readonly string[];
}

/** Printed below the options of `run --help`. */
export const RUN_HELP = `
Modes:
  jit        hot guest code is recompiled to WebAssembly, cold code interpreted
  interp     interpreter only
  lockstep   both, compared after each piece of compiled code; slow, finds translation errors
  trap       as jit, but every privileged instruction leaves compiled code

Console:
  On a terminal every key goes to the guest, Ctrl-C included. Ctrl-A x quits, Ctrl-A h shows help,
  Ctrl-A Ctrl-A sends one Ctrl-A. From a pipe, input is passed on as it is.

Devices:
  --drive writes the guest's changes into the image; ,snapshot forgets them at the end, ,overlay=FILE keeps them in FILE.
  --net user gives the guest 10.0.2.15 by DHCP, a router at 10.0.2.2 that is this host, and a name server at 10.0.2.3.
  --share is mounted in the guest by: mount -t 9p -o trans=virtio,version=9p2000.L NAME /mnt
  A comma in a path is written twice.

Exit status:
  0 the guest switched itself off, --until was seen, or you quit     2 a mistake in options or files
  3 --timeout ran out                                                 4 an error of the emulator's own

Examples:
  Boot the built-in monitor; type help at its prompt
    $ powerjit run
  Boot Linux with an initrd, more memory and a kernel command line
    $ powerjit run --machine bamboo --memory 128M --kernel vmlinux --initrd rootfs.cpio.gz --append "console=ttyS0"
  Run a test in a script: stop at a line of output or after a minute, keep the figures
    $ powerjit run --kernel vmlinux --initrd rootfs.cpio.gz --until BOOTED --timeout 60 --stats boot.json
  A disk that stays as it is, the network, and a folder of the host
    $ powerjit run --kernel vmlinux --append "root=/dev/vda" --drive root.img,snapshot --net user --share .,tag=host
  See where time goes, by the kernel's own symbols
    $ powerjit run --kernel vmlinux --initrd rootfs.cpio.gz --until BOOTED --profile boot.speedscope.json
  Feed commands to the monitor through a pipe
    $ printf 'info\\rreboot\\r' | powerjit run
  Repeat a run bit by bit, to find an error
    $ powerjit run --kernel vmlinux --icount --jit-sync --trace exceptions,mmu
`;

/** Declares the options of `run`, in the order the help shows them. */
export function addRunOptions(command: Command): Command {
  const size = parseSize('--memory');
  return command
    .option('--machine <name>', 'what computer to be; `powerjit machines` lists them', 'bamboo')
    .option('--cpu <model>', "CPU model (default: the machine's own)")
    .addOption(new Option('--memory <size>', "RAM with its unit, such as 128M (default: the machine's own)").argParser(size))
    .addOption(new Option('--smp <n>', 'number of CPUs (default: 1)').argParser(parseCount('--smp', 1)))
    .option('--kernel <file>', 'ELF, uImage or gzip of one (default: the built-in monitor)')
    .option('--firmware <file>', 'raw image that runs first, such as SLOF for pseries')
    .option('--initrd <file>', 'initial RAM disk, handed to the kernel')
    .option('--dtb <file>', "flattened device tree to use instead of the machine's own")
    .option('--append <string>', 'kernel command line')
    .addOption(
      new Option('--drive <file[,...]>', 'raw disk image, with ,snapshot or ,readonly or ,overlay=FILE; may be repeated').argParser(
        parseDrive,
      ),
    )
    .addOption(
      new Option('--net <kind>', "network card: on the host's network in user mode, or none").choices(['user', 'none']).default('none'),
    )
    .addOption(
      new Option('--share <folder[,...]>', 'folder to mount by 9P, with ,tag=NAME and ,readonly; may be repeated').argParser(parseShare),
    )
    .addOption(new Option('--mode <mode>', 'how guest code is executed').choices(['interp', 'jit', 'lockstep', 'trap']).default('jit'))
    .addOption(
      new Option('--jit-threshold <n>', 'executions before code is compiled; 1 compiles at once').argParser(
        parseCount('--jit-threshold', 1),
      ),
    )
    .option('--jit-sync', 'compile on the spot instead of in a worker: deterministic')
    .option('--icount', 'time follows the instruction count: runs repeat bit by bit')
    .addOption(
      new Option('--start-time <date>', "date and time when the machine is switched on (default: the host's)").argParser(
        parseDate('--start-time'),
      ),
    )
    .addOption(new Option('--paravirt <state>', "offer the KVM paravirtual interface (default: the machine's own)").choices(['on', 'off']))
    .addOption(new Option('--until <regex>', 'stop with status 0 when console output matches').argParser(parsePattern('--until')))
    .addOption(new Option('--timeout <seconds>', 'stop with status 3 after this time').argParser(parseSeconds('--timeout')))
    .option('--stats <file>', 'write figures of the run as JSON when it ends')
    .option('--profile <file>', 'write where time goes by guest function, for speedscope.app, and a summary to standard error')
    .addOption(new Option('--trace <list>', `log to standard error: ${TRACE_TOPICS.join(',')}, or all`).argParser(parseTopics('--trace')));
}
