import { describe, expect, it } from 'vitest';
import { POWER8 } from '../../jit/isa/cpus/index.js';
import { buildDeviceTree } from '../../src/device-tree/build.js';
import { parseDeviceTree } from '../../src/device-tree/parse.js';
import { findNode, node } from '../../src/device-tree/tree.js';
import { H_CLIENT_ARCHITECTURE_SUPPORT, H_UPDATE_DEVICE_TREE } from '../../src/hypervisor/papr/call-numbers.js';
import { LOGICAL_VERSION, MEMORY_BYTES, PaprBed } from '../support/papr-bed.js';

const [H_SUCCESS, H_HARDWARE, H_PARAMETER] = [0, -1, -4];
const [LIST, BUFFER] = [0x5000, 0x6000];
/** Mask and version of POWER5, and the end of the list. */
const OTHER = [0xffff0000, 0x003a0000];
const CHIP = POWER8.pvr & 0xffff0000;
const END = [0, 0x0f000001];

function bedWith(...versions: readonly number[]): PaprBed {
  const bed = new PaprBed();
  versions.forEach((word, n) => bed.physical.setU32(LIST + 4 * n, word));
  return bed;
}

describe('ibm,client-architecture-support', () => {
  it.each([
    ['the chip', [0xffff0000, CHIP]],
    ['the level of the architecture', [0xffffffff, LOGICAL_VERSION]],
  ])('takes a client that knows %s, and gives it the device tree', (_what, versions) => {
    const bed = bedWith(...OTHER, ...versions, ...END);
    expect(bed.status(H_CLIENT_ARCHITECTURE_SUPPORT, LIST, BUFFER, 0x1000)).toBe(H_SUCCESS);
    expect(bed.physical.u32(BUFFER)).toBe(1);
    const tree = parseDeviceTree(bed.memory.read(BUFFER + 4, 0xffc), 'answer');
    expect(findNode(tree, '/told')).toBeDefined();
  });

  it('refuses a client for other processors', () => {
    expect(bedWith(...OTHER, ...END).status(H_CLIENT_ARCHITECTURE_SUPPORT, LIST, BUFFER, 0x1000)).toBe(H_HARDWARE);
  });

  it.each([
    [MEMORY_BYTES, BUFFER, 0x1000],
    [LIST, MEMORY_BYTES - 16, 0x1000],
    [LIST, BUFFER, 16],
  ])('refuses places that do not do: %i, %i, %i', (list, buffer, size) => {
    const bed = bedWith(0xffff0000, CHIP, ...END);
    expect(bed.status(H_CLIENT_ARCHITECTURE_SUPPORT, list, buffer, size)).toBe(H_PARAMETER);
  });

  it('a device tree may be handed on, and nothing else', () => {
    const bed = new PaprBed();
    bed.memory.write(BUFFER, buildDeviceTree({ root: node(''), reservations: [], bootCpu: 0 }));
    expect([BUFFER, LIST, MEMORY_BYTES].map((at) => bed.status(H_UPDATE_DEVICE_TREE, at))).toEqual([H_SUCCESS, H_PARAMETER, H_PARAMETER]);
  });
});
