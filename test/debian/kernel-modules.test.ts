import { describe, expect, it } from 'vitest';
import { moduleClosure, modulesAlias, modulesDep, readModule } from '../../src/debian/kernel-modules.js';
import { moduleFile } from './module-file.js';

const module = (path: string, ...fields: string[]) => readModule(`kernel/${path}.ko`, moduleFile(fields));

const RING = module('virtio/virtio_ring', 'depends=', 'license=GPL');
const BUS = module('virtio/virtio', 'depends=virtio_ring');
const NET = module('net/virtio-net', 'alias=virtio:d00000001v*', 'depends=virtio,virtio_ring');
const CRC = module('crypto/crc32c_generic', 'alias=crc32c', 'alias=crypto-crc32c', 'depends=');
const EXT4 = module('fs/ext4', 'softdep=pre: crypto-crc32c post: zram', 'alias=fs-ext4', 'depends=');
const OTHER = module('fs/other', 'depends=missing');
const ALL = [EXT4, NET, BUS, RING, CRC, OTHER];

describe('kernel modules', () => {
  it('say what they need and what they serve', () => {
    expect(NET).toMatchObject({ name: 'virtio_net', depends: ['virtio', 'virtio_ring'], aliases: ['virtio:d00000001v*'] });
    expect(EXT4).toMatchObject({ softDepends: ['crypto-crc32c'], depends: [] });
    expect(CRC.aliases).toEqual(['crc32c', 'crypto-crc32c']);
  });

  it('are chosen with all they need, needed ones first', () => {
    expect(moduleClosure(['virtio_net'], ALL, 'x').map(({ name }) => name)).toEqual(['virtio_ring', 'virtio', 'virtio_net']);
    expect(moduleClosure(['ext4', 'virtio', 'virtio_net'], ALL, 'x').map(({ name }) => name)).toEqual(
      ['crc32c_generic', 'ext4', 'virtio_ring', 'virtio', 'virtio_net'],
    );
  }); // prettier-ignore

  it('may be built in, but not lack what they need', () => {
    expect(moduleClosure(['af_packet'], ALL, 'x')).toEqual([]);
    expect(() => moduleClosure(['other'], ALL, '6.1.0')).toThrow(/6\.1\.0: module other needs missing/);
  });

  it('are listed for modprobe', () => {
    const chosen = moduleClosure(['virtio_net', 'crc32c_generic'], ALL, 'x');
    expect(modulesDep(chosen)).toBe(
      [
        'kernel/virtio/virtio_ring.ko:',
        'kernel/virtio/virtio.ko: kernel/virtio/virtio_ring.ko',
        'kernel/net/virtio-net.ko: kernel/virtio/virtio.ko kernel/virtio/virtio_ring.ko',
        'kernel/crypto/crc32c_generic.ko:',
        '',
      ].join('\n'),
    );
    expect(modulesAlias(chosen)).toBe(
      'alias virtio:d00000001v* virtio_net\nalias crc32c crc32c_generic\nalias crypto-crc32c crc32c_generic\n',
    );
  });
});
