import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { buildInitrd } from '../../src/debian/initrd.js';
import { readModule } from '../../src/debian/kernel-modules.js';
import { moduleFile } from './module-file.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const parts = {
  release: '6.1.0',
  busybox: bytes('BUSYBOX'),
  dhcpScript: bytes('DHCP'),
  init: bytes('#!/bin/busybox sh\n'),
  modules: [readModule('kernel/fs/ext4/ext4.ko', moduleFile(['alias=fs-ext4', 'depends=']))],
};

describe('the initial RAM disk', () => {
  it('has folders before what lies in them, and modules where modprobe looks', () => {
    const archive = new TextDecoder('latin1').decode(gunzipSync(buildInitrd(parts)));
    const names = [...archive.matchAll(/070701[0-9a-f]{104}([^\0]*)\0/g)].map(([, name]) => name);
    expect(names).toContain('lib/modules/6.1.0/kernel/fs/ext4/ext4.ko');
    expect(names).toContain('lib/modules/6.1.0/modules.dep');
    expect(names).toContain('dev/console');
    expect(new Set(names).size).toBe(names.length);
    for (const [index, name] of names.entries()) {
      const folder = name.split('/').slice(0, -1).join('/');
      expect(folder === '' || names.slice(0, index).includes(folder), name).toBe(true);
    }
    expect(archive).toContain('BUSYBOX');
    expect(archive).toContain('alias fs-ext4 ext4\n');
  });

  it('is the same each time', () => expect(buildInitrd(parts)).toEqual(buildInitrd(parts)));
});

describe('scripts of the guest', () => {
  it.each(['init', 'first-boot'])('%s is well formed', (name) => {
    const path = fileURLToPath(new URL(`../../guests/debian/${name}`, import.meta.url));
    expect(spawnSync('sh', ['-n', path], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});
