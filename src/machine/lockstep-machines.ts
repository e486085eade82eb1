import { AccessTap } from '../../runtime/lockstep/access-tap.js';
import { Lockstep } from '../../runtime/lockstep/lockstep.js';
import type { MachineConfig } from '../machine-api.js';
import type { Board, BoardHost, MachineType } from '../machines/board.js';

/**
 * Builds a machine twice for mode `lockstep`. Time follows the instruction count whatever the configuration says.
 * @returns the leader's board, which is the machine to everyone outside, and what runs both
 */
export function buildInLockstep(type: MachineType, config: MachineConfig, host: BoardHost): { board: Board; lockstep: Lockstep } {
  const counted = { ...config, icount: true };
  const leaderTap = new AccessTap();
  const followerTap = new AccessTap();
  const board = type.build(counted, { ...host, tap: leaderTap });
  const follower = type.build(counted, { ...host, log: () => {}, consoleOutput: () => {}, onHypercall: () => {}, tap: followerTap });
  return { board, lockstep: new Lockstep({ runner: board.runner, tap: leaderTap }, { runner: follower.runner, tap: followerTap }) };
}
