import type { PhysicalAccess } from '../../runtime/core.js';
import { AccessTap } from '../../runtime/lockstep/access-tap.js';
import { Lockstep } from '../../runtime/lockstep/lockstep.js';
import { MAP_CACHE_INHIBITED, MAP_SUPERVISOR_ALL } from '../../runtime/mmu/mmu.js';
import { BareCpu } from '../support/bare-cpu.js';

/** Where the device of a pair answers: behind the end of RAM, reached by the TLB entry that is made here. */
export const DEVICE = 0xe0000000;

/** Two bare CPUs in lockstep with the same program; `leader` reaches the device, `follower` must not. */
export class BarePair {
  readonly leader: BareCpu;
  readonly follower: BareCpu;
  readonly lockstep: Lockstep;
  /** How often the device was reached. */
  reached = 0;

  /**
   * @param source program, loaded and begun at 0x1000
   * @param device what the leader's accesses reach
   */
  constructor(source: string, device: Partial<PhysicalAccess> = {}) {
    const counted: PhysicalAccess = {
      highWord: 0,
      read: (...a) => (this.reached++, device.read?.(...a) ?? 0),
      write: (...a) => (this.reached++, device.write?.(...a)),
    };
    const leaderTap = new AccessTap();
    const followerTap = new AccessTap();
    this.leader = new BareCpu('jit', 0x100000, 'bytes', { bus: leaderTap.bus(counted), threshold: 2 });
    this.follower = new BareCpu('interp', 0x100000, 'bytes', { bus: followerTap.bus(counted) });
    for (const cpu of [this.leader, this.follower]) {
      cpu.loadProgram(source, 0x1000);
      cpu.state.pc = 0x1000;
      cpu.core.mmu.map({ virtual: DEVICE, real: DEVICE, size: 0x1000, flags: MAP_SUPERVISOR_ALL | MAP_CACHE_INHIBITED });
    }
    this.lockstep = new Lockstep({ runner: this.leader.runner, tap: leaderTap }, { runner: this.follower.runner, tap: followerTap });
  }

  /** Runs and returns the report, undefined when the sides agree. */
  run(instructions: number): string | undefined {
    this.lockstep.run(instructions);
    return this.lockstep.difference;
  }
}
