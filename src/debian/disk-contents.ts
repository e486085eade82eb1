/** What a Debian disk holds besides what every Debian system does; chosen small, because each service costs emulated time. */
export const DISK_PACKAGES: readonly string[] = [
  // Patterns of apt-patterns(7).
  ...['?essential', '?priority(required)'],
  ...['apt', 'systemd-sysv', 'udev', 'dbus', 'libpam-systemd', 'kmod', 'iproute2', 'iputils-ping', 'netbase'],
  ...['less', 'nano', 'procps', 'python3', 'wget', 'xz-utils'],
];

/** Taken where Debian has it: without it a dependency asks for a program that merges /usr, which is merged already. */
export const MERGED_PACKAGE = 'usr-is-merged';

/** Modules that make sense in an emulated machine; drivers of hardware it cannot have are left out. */
export const DISK_MODULES =
  /^kernel\/((?!drivers\/|sound\/|net\/(bluetooth|can|ieee802154|mac80211|mac802154|nfc|wireless)\/)|drivers\/(block|char|md|vhost|virtio|net\/[^/]+\.ko|net\/(bonding|ipvlan|ppp|team|vxlan|wireguard|ethernet\/ibm)\/|scsi\/([^/]+\.ko|ibmvscsi\/)))/;

/** Label of the file system. */
export const DISK_LABEL = 'debian';

/** Where the script of the first start lies; `init` of the initial RAM disk looks for it. */
export const FIRST_BOOT_SCRIPT = 'var/lib/powerjit/first-boot';

/** The address of the name server in a user-mode network, where systemd's own resolver is not installed. */
const NAME_SERVER = '10.0.2.3';

/** Settings that an installer would write: text by path. */
export function diskSettings(sources: readonly string[]): ReadonlyMap<string, string> {
  return new Map([
    ['etc/hostname', 'debian\n'],
    ['etc/hosts', '127.0.0.1 localhost\n127.0.1.1 debian\n::1 localhost ip6-localhost ip6-loopback\n'],
    ['etc/fstab', `LABEL=${DISK_LABEL} / ext4 defaults 0 1\n`],
    ['etc/resolv.conf', `nameserver ${NAME_SERVER}\n`],
    ['etc/apt/sources.list', sources.map((line) => `${line}\n`).join('')],
    // Its usual 90 seconds are those of computers that are not emulated, on hosts that do nothing else.
    ['etc/systemd/system.conf.d/emulated.conf', '[Manager]\nDefaultTimeoutStartSec=30min\nDefaultDeviceTimeoutSec=30min\n'],
    ['etc/systemd/network/80-ethernet.network', '[Match]\nType=ether\n\n[Network]\nDHCP=yes\n'],
  ]);
}

/** Lines of sources.list(5), one for each release of a site, with its components. */
export function sourceLines(sources: readonly { readonly site: string; readonly release: string; readonly component: string }[]): string[] {
  const components = new Map<string, string[]>();
  for (const { site, release, component } of sources) {
    const key = `${site.replace(/\/$/, '')} ${release}`;
    const known = components.get(key) ?? [];
    if (!known.includes(component)) components.set(key, [...known, component]);
  }
  return [...components].map(([key, names]) => `deb ${key} ${names.join(' ')}`);
}
