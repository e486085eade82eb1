import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tarArchive, type TarMember } from '../support/tar-archive.js';
import { moduleFile } from './module-file.js';

/** A package that the fake archive has. */
export interface FakePackage {
  readonly name: string;
  readonly version: string;
  readonly fields?: string;
  readonly control?: readonly TarMember[];
  readonly files: readonly TarMember[];
}

const RELEASE = '6.1.0-1-powerpc64le';
const modules = `./lib/modules/${RELEASE}/kernel`;

/** A kernel as Debian packs it, and busybox. */
export function kernelAndBusybox(version: string): FakePackage[] {
  const image = `linux-image-${RELEASE}`;
  return [
    { name: 'linux-image-powerpc64le', version, fields: `Depends: ${image} (= ${version})\n`, files: [] },
    {
      name: image,
      version,
      fields: 'Depends: kmod, linux-base (>= 4.3~), initramfs-tools | linux-initramfs-tool\n',
      files: [
        { path: `./boot/vmlinux-${RELEASE}`, contents: `kernel ${version}` },
        { path: `${modules}/fs/ext4/ext4.ko`, contents: moduleFile(['alias=fs-ext4', 'depends=']) },
        { path: `${modules}/drivers/gpu/drm.ko`, contents: moduleFile(['depends=absent']) },
      ],
    },
    {
      name: 'busybox-static',
      version: '1:1.0',
      files: [
        { path: './bin/busybox', contents: 'busybox', mode: 0o755 },
        { path: './usr/share/doc/busybox-static/examples/udhcp/simple.script', contents: 'dhcp' },
      ],
    },
  ];
}

/** The same kernel as releases after Debian 13 pack it: in several packages, with compressed modules. */
export function splitKernelAndBusybox(version: string, compress: (bytes: Uint8Array) => Uint8Array): FakePackage[] {
  const [meta, image, busybox] = kernelAndBusybox(version);
  const parts = ['binary', 'modules'].map((part) => `linux-${part}-${RELEASE}`);
  const folder = `./usr/lib/modules/${RELEASE}`;
  const module = moduleFile(['alias=fs-ext4', 'depends=']);
  return [
    meta,
    { ...image, fields: `Depends: dracut | initramfs-tools, ${parts.map((name) => `${name} (= ${version})`).join(', ')}\n`, files: [] },
    { name: parts[0], version, files: [{ path: `${folder}/vmlinuz`, contents: `kernel ${version}` }] },
    { name: parts[1], version, files: [{ path: `${folder}/kernel/fs/ext4/ext4.ko.xz`, contents: compress(module) }] },
    busybox,
  ];
}

const APT_GET = `#!/bin/sh
echo "apt-get $*" >>"$FAKE_APT/calls"
configuration=$2
shift 4
command=$1
shift
case $command in
    update)
        [ ! -e "$FAKE_APT/offline" ] || echo 'W: Failed to fetch http://deb.example.org/  Could not resolve host' >&2
        echo 'dlstatus:1:50.0:Retrieving file 1 of 2' >&3 ;;
    download)
        [ ! -e "$FAKE_APT/slow" ] || sleep 20
        for word in "$@"; do
            cp "$FAKE_APT/archive/\${word%%=*}"_* . || exit 100
        done
        echo 'dlstatus:1:100.0:Retrieving file 1 of 1' >&3 ;;
    install)
        archives=$(sed -n 's/^Dir::Cache::archives "\\(.*\\)";$/\\1/p' "$configuration")
        for word in "$@"; do
            case $word in
                -* | \\?*) ;;
                *) cp "$FAKE_APT/archive/$word"_* "$archives" || { echo "E: Unable to locate package $word" >&2; exit 100; } ;;
            esac
        done ;;
    indextargets) printf 'Debian\\thttp://deb.example.org/debian/\\tstable\\tmain\\nOther\\thttp://other.example.org\\tx\\ty\\n' ;;
esac
`;

const APT_CACHE = `#!/bin/sh
[ ! -e "$FAKE_APT/offline" ] || exit 100
shift 6
for name in "$@"; do cat "$FAKE_APT/lists/\${name%%=*}" 2>/dev/null; done
exit 0
`;

/** The parts of a fake package lie beside it, under its name. */
const DPKG_DEB = `#!/bin/sh
exec cat "$FAKE_APT/parts/\${2##*/}$1"
`;

/** A folder with an archive of packages, and programs by the names of apt's and dpkg's that serve them. */
export class FakeApt {
  readonly folder = mkdtempSync(join(tmpdir(), 'powerjit-apt-'));
  readonly environment: Readonly<Record<string, string>>;

  constructor() {
    for (const name of ['bin', 'archive', 'lists', 'parts', 'cache']) mkdirSync(join(this.folder, name));
    this.#program('apt-get', APT_GET);
    this.#program('apt-cache', APT_CACHE);
    this.#program('dpkg-deb', DPKG_DEB);
    this.environment = {
      PATH: `${join(this.folder, 'bin')}:${process.env.PATH}`,
      HOME: this.folder,
      XDG_CACHE_HOME: join(this.folder, 'cache'),
      FAKE_APT: this.folder,
    };
  }

  /** Puts packages into the archive, in place of older versions. */
  offer(packages: readonly FakePackage[]): void {
    for (const { name, version, fields = '', control = [], files } of packages) {
      const file = `${name}_${version.replace(':', '%3a')}_ppc64el.deb`;
      const contents = `package ${name} ${version}\n`;
      const paragraph = `Package: ${name}\nVersion: ${version}\nArchitecture: ppc64el\n${fields}`;
      for (const old of readdirSync(join(this.folder, 'archive')))
        if (old.startsWith(`${name}_`)) rmSync(join(this.folder, 'archive', old));
      writeFileSync(join(this.folder, 'archive', file), contents);
      const sum = createHash('sha256').update(contents).digest('hex');
      writeFileSync(join(this.folder, 'lists', name), `${paragraph}Size: ${contents.length}\nSHA256: ${sum}\n\n`);
      writeFileSync(join(this.folder, 'parts', `${file}--fsys-tarfile`), tarArchive([{ path: './', type: '5', mode: 0o755 }, ...files]));
      const members = [{ path: './control', contents: paragraph }, ...control];
      writeFileSync(join(this.folder, 'parts', `${file}--ctrl-tarfile`), tarArchive(members));
    }
  }

  /** Behaviour to switch on: no network, or downloads that take long. */
  set(behaviour: 'offline' | 'slow', on: boolean): void {
    if (on) writeFileSync(join(this.folder, behaviour), '');
    else rmSync(join(this.folder, behaviour), { force: true });
  }

  /** Spoils a package in the archive, so that it does not match the lists. */
  spoil(name: string, version: string): void {
    appendFileSync(join(this.folder, 'archive', `${name}_${version.replace(':', '%3a')}_ppc64el.deb`), 'x');
  }

  /** How often apt has been asked for something. */
  calls(command: string): number {
    const file = join(this.folder, 'calls');
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line.includes(` ${command}`)).length : 0;
  } // prettier-ignore

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #program(name: string, text: string): void {
    const path = join(this.folder, 'bin', name);
    writeFileSync(path, text.replaceAll('$\\{', '${'));
    chmodSync(path, 0o755);
  }
}
