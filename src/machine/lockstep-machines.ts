import { AccessTap } from '../../runtime/lockstep/access-tap.js';
import { Lockstep } from '../../runtime/lockstep/lockstep.js';
import type { NetworkConnection } from '../bus/frame-link.js';
import type { MachineConfig } from '../machine-api.js';
import type { Board, BoardHost, MachineType } from '../machines/board.js';
import { seededEntropy } from './seeded-entropy.js';

/** The follower has the same devices, so that its device tree is the same, but reaches none of them: it is told what the leader's answered. */
const UNPLUGGED: NetworkConnection = { connect: () => ({ transmit: () => {}, onReceive: () => {} }) };

/**
 * Builds a machine twice for mode `lockstep`. Time follows the instruction count whatever the configuration says.
 * @returns the leader's board, which is the machine to everyone outside, and what runs both
 */
export function buildInLockstep(type: MachineType, config: MachineConfig, host: BoardHost): { board: Board; lockstep: Lockstep } {
  const counted = { ...config, icount: true };
  const leaderTap = new AccessTap();
  const followerTap = new AccessTap();
  // Each has the same random numbers of its own.
  const board = type.build(counted, { ...host, entropy: seededEntropy(), tap: leaderTap });
  const alone: MachineConfig = {
    ...counted,
    network: counted.network && UNPLUGGED,
    secondConsole: counted.secondConsole && { output: () => {}, onInput: () => {} },
  };
  const follower = type.build(alone, {
    ...host,
    entropy: seededEntropy(),
    log: () => {},
    consoleOutput: () => {},
    onHypercall: () => {},
    wake: () => {},
    tap: followerTap,
  });
  return { board, lockstep: new Lockstep({ runner: board.runner, tap: leaderTap }, { runner: follower.runner, tap: followerTap }) };
}
