import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigError } from '../config-error.js';
import { getDebianDisk } from '../host/node/debian/get-debian-disk.js';
import { getDebian, readInit } from '../host/node/debian/get-debian.js';
import { GuestCache } from '../host/node/debian/guest-cache.js';
import type { CliHost } from './cli-host.js';
import { EXIT_DONE } from './exit-status.js';
import { GUESTS, type GetOptionValues } from './get-options.js';
import { showSteps } from './progress-bar.js';

/** Size of a disk when none is given. */
const DEFAULT_DISK_BYTES = 2 * 2 ** 30;

/** What the kernel is told by default. */
export const DEBIAN_APPEND = 'console=hvc0';

/** What the user of a new disk should know. */
const DISK_HINT = 'powerjit: the first start sets up the packages, which takes some minutes; then log in as root, password powerjit';

/** Memory that Debian's kernel and a shell have room in. */
export const DEBIAN_MEMORY = '1G';

/** Where fetched guest files lie, by paths that stay the same when they are refreshed. */
export interface FetchedGuest {
  readonly kernel: string;
  readonly initrd: string;
}

/**
 * Fetches Debian's kernel unless it is in the cache.
 * @throws ConfigError when that is not possible, in one line
 */
export async function fetchDebian(host: CliHost, refresh: boolean): Promise<FetchedGuest> {
  const cache = debianCache(host);
  const progress = showSteps(host.stderr);
  try {
    await getDebian({ cache, environment: host.environment, progress, init: readInit(host.packageRoot), refresh });
  } finally {
    progress.end();
  }
  return { kernel: join(cache.current, 'vmlinux'), initrd: join(cache.current, 'initrd') };
}

/**
 * `powerjit get GUEST`: fetches guests, and says how to start them.
 * @throws ConfigError for the user's mistakes, and where a guest is not to be had
 */
export async function getCommand(guest: string, options: GetOptionValues, host: CliHost): Promise<number> {
  if (!GUESTS.some((name) => name === guest)) {
    throw new ConfigError(`there is no guest ${guest}`, 'get', `choose from ${GUESTS.join(', ')}`);
  }
  const { disk, size, include } = options;
  if (disk === undefined && (size !== undefined || include !== undefined)) {
    throw new ConfigError('only a disk has a size and further packages', size === undefined ? '--include' : '--size', 'add --disk');
  }
  const { kernel, initrd } = await fetchDebian(host, options.refresh ?? false);
  const lines = [`powerjit run --machine pseries --memory ${DEBIAN_MEMORY}`, `--kernel ${shown(kernel)} --initrd ${shown(initrd)}`];
  if (disk === undefined) {
    lines.push(`--append ${DEBIAN_APPEND}`);
  } else {
    const file = disk === true ? join(debianCache(host).folder, 'disk.img') : resolve(disk);
    await makeDisk(file, options, host);
    lines.push(`--net user --drive ${shown(file)} --append "${DEBIAN_APPEND} root=/dev/vda"`);
    host.stderr.write(`${DISK_HINT}\n`);
  }
  host.stdout.write(`${lines.join(' \\\n  ')}\n`);
  return EXIT_DONE;
}

async function makeDisk(file: string, { size, include }: GetOptionValues, host: CliHost): Promise<void> {
  const cache = debianCache(host);
  const set = cache.read();
  if (!set) throw new ConfigError('the kernel has gone from the cache', cache.folder, 'try again');
  const progress = showSteps(host.stderr);
  const firstBoot = new Uint8Array(readFileSync(new URL('guests/debian/first-boot', host.packageRoot)));
  const { environment } = host;
  try {
    await getDebianDisk({ cache, environment, progress, set, file, bytes: size ?? DEFAULT_DISK_BYTES, include: include ?? [], firstBoot });
  } finally {
    progress.end();
  }
}

function debianCache(host: CliHost): GuestCache {
  return new GuestCache(host.environment, 'debian');
}

/** A path as a shell takes it. */
function shown(path: string): string {
  const home = `${homedir()}/`;
  const quoted = (text: string): string => (/^[\w./~+:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
  return path.startsWith(home) ? `~/${quoted(path.slice(home.length))}` : quoted(path);
}
