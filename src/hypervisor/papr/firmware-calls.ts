import { MAGIC } from '../../device-tree/format.js';
import { H_CLIENT_ARCHITECTURE_SUPPORT, H_UPDATE_DEVICE_TREE } from './call-numbers.js';
import type { HypercallTable } from './hypercall-table.js';
import type { PaprCall } from './papr-call.js';
import type { PhysicalMemory } from './physical-memory.js';
import { H_HARDWARE, H_PARAMETER, H_SUCCESS } from './status.js';

/** Most processor versions that a client lists. */
const MOST_VERSIONS = 512;
const VERSION_BYTES = 8;
/** In front of the device tree with which the answer comes: which form it has. */
const ANSWER_HEADER_BYTES = 4;
const ANSWER_FORM = 1;

/**
 * Calls with which firmware hands on what its client says: on which processors and with which options it runs
 * (ibm,client-architecture-support: PAPR, B.6.2.3), and the device tree that it ends with.
 *
 * @param versions processor versions that this machine's CPUs are
 * @param deviceTree the flattened tree for a client that has said what it is
 */
export function registerFirmwareCalls(
  calls: HypercallTable,
  memory: PhysicalMemory,
  versions: readonly number[],
  deviceTree: () => Uint8Array,
): void {
  calls.register(H_CLIENT_ARCHITECTURE_SUPPORT, (call) => negotiate(call, memory, versions, deviceTree));
  // Nothing here asks what the tree has become.
  calls.register(H_UPDATE_DEVICE_TREE, (call) => {
    const address = call.address(0);
    return memory.contains(address, 4) && memory.u32(address) === MAGIC ? H_SUCCESS : H_PARAMETER;
  });
}

/**
 * H_CLIENT_ARCHITECTURE_SUPPORT (what the client says, buffer for the answer, its size). Options need no looking at: the tree offers what there
 * is, and firmware takes it over as a whole.
 */
function negotiate(call: PaprCall, memory: PhysicalMemory, versions: readonly number[], deviceTree: () => Uint8Array): number {
  const [from, buffer, size] = [call.address(0), call.address(1), call.address(2)];
  if (!memory.contains(from, VERSION_BYTES) || !memory.contains(buffer, size)) return H_PARAMETER;
  if (!runsOn(memory, from, versions)) return H_HARDWARE;
  const tree = deviceTree();
  if (ANSWER_HEADER_BYTES + tree.length > size) return H_PARAMETER;
  memory.setU32(buffer, ANSWER_FORM);
  memory.write(buffer + ANSWER_HEADER_BYTES, tree);
  return H_SUCCESS;
}

/** Whether one of the versions is in the client's list: pairs of mask and version, the last with bits that its mask has not. */
function runsOn(memory: PhysicalMemory, from: number, versions: readonly number[]): boolean {
  for (let n = 0; n < MOST_VERSIONS && memory.contains(from + n * VERSION_BYTES, VERSION_BYTES); n++) {
    const mask = memory.u32(from + n * VERSION_BYTES);
    const version = memory.u32(from + n * VERSION_BYTES + 4);
    if ((version & ~mask) !== 0) return false;
    if (versions.some((own) => ((own ^ version) & mask) === 0)) return true;
  }
  return false;
}
