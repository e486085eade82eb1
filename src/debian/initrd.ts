import { gzipSync } from 'fflate';
import { cpioDevice, cpioDirectory, cpioFile, cpioLink, writeCpio, type CpioEntry } from '../archives/cpio-writer.js';
import { modulesAlias, modulesDep, type KernelModule } from './kernel-modules.js';

/** What an initial RAM disk is made of. */
export interface InitrdParts {
  /** Name of the kernel's release, such as 6.1.0-50-powerpc64le: the folder of its modules. */
  readonly release: string;
  /** The statically linked program of busybox-static. */
  readonly busybox: Uint8Array;
  /** busybox's own script for its DHCP client. */
  readonly dhcpScript: Uint8Array;
  /** The script that runs as the first process. */
  readonly init: Uint8Array;
  readonly modules: readonly KernelModule[];
}

/** Modules that find their devices by themselves, or that the kernel asks for; what is built in or absent is no mistake. */
export const INITRD_MODULES: readonly string[] = [
  ...['virtio_pci', 'virtio_blk', 'virtio_net', 'virtio_console', 'virtio_rng', '9pnet_virtio', '9p'],
  ...['ibmveth', 'ext4', 'crc32c_generic', 'crc32c_vpmsum', 'af_packet'],
];

const FOLDERS = ['bin', 'sbin', 'usr', 'usr/bin', 'usr/sbin', 'etc', 'lib', 'lib/modules', 'dev', 'proc', 'sys', 'run', 'mnt', 'root'];

/** Linux, Documentation/admin-guide/devices.txt. */
const CONSOLE_DEVICE = [5, 1] as const;

/** The compressed initial RAM disk. Equal parts give equal bytes. */
export function buildInitrd({ release, busybox, dhcpScript, init, modules }: InitrdParts): Uint8Array {
  const base = `lib/modules/${release}`;
  const text = (path: string, contents: string): CpioEntry => cpioFile(path, new TextEncoder().encode(contents));
  const folders = new Set<string>(FOLDERS);
  for (const { path } of modules) {
    const parts = `${base}/${path}`.split('/');
    for (let depth = 1; depth < parts.length; depth++) folders.add(parts.slice(0, depth).join('/'));
  }
  const archive = writeCpio([
    ...[...folders].map((path) => cpioDirectory(path, path === 'root' ? 0o700 : 0o755)),
    cpioDirectory('tmp', 0o1777),
    // The kernel opens it for the first process before anything is mounted.
    cpioDevice('dev/console', ...CONSOLE_DEVICE),
    cpioFile('init', init, 0o755),
    cpioFile('bin/busybox', busybox, 0o755),
    // What the kernel calls for modules, before busybox has made its other links.
    cpioLink('sbin/modprobe', '/bin/busybox'),
    cpioFile('etc/udhcpc.script', dhcpScript, 0o755),
    text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n'),
    text('etc/group', 'root:x:0:\n'),
    ...modules.map(({ path, contents }) => cpioFile(`${base}/${path}`, contents)),
    text(`${base}/modules.dep`, modulesDep(modules)),
    text(`${base}/modules.alias`, modulesAlias(modules)),
    text(`${base}/modules.symbols`, ''),
  ]);
  return gzipSync(archive, { level: 9, mtime: 0 });
}
