import type { DcrAccess, PhysicalAccess } from '../core.js';
import type { CpuState } from '../cpu-state.js';

/** Registers of a hypercall: the status, then arguments and results. */
const STATUS_REGISTER = 3;
const LAST_RESULT_REGISTER = 12;

/** One access of a CPU to something that is not memory. */
export interface Access {
  readonly space: 'bus' | 'DCR' | 'hypercall';
  readonly kind: 'read' | 'write';
  /** Guest physical address, DCR number, or number of a hypercall. */
  readonly address: number;
  /** Bytes. */
  readonly size: number;
  /** Unsigned; of 8 bytes the less significant word. A hypercall is a write of its first argument. */
  readonly value: number;
  /** Of 8 bytes the more significant word. */
  readonly high: number;
  /** Nobody answered, as far as the bus can tell. */
  readonly unassigned?: boolean;
  /** Of a hypercall that was performed: its status, and low and high words of r4 to r12. */
  readonly results?: readonly number[];
}

/** Decides what an access does. */
export interface AccessPolicy {
  /**
   * @param access what the CPU wants; `value` and `high` count for writes only
   * @param really performs it on the machine and returns it with the values
   * @returns the access with the values that the CPU gets
   */
  perform(access: Access, really: () => Access): Access;
}

/** Stands between a CPU and all that it reaches besides memory. Until a policy is set, accesses go through. */
export class AccessTap {
  policy: AccessPolicy = { perform: (_access, really) => really() };

  /** The bus as the CPU is to see it. */
  bus(real: PhysicalAccess): PhysicalAccess {
    const perform = (access: Access, really: () => Access) => this.policy.perform(access, really);
    const nobody = (): { unassigned?: boolean } => (real.unassigned === undefined ? {} : { unassigned: real.unassigned });
    return {
      highWord: 0,
      unassigned: false,
      read(physical, size) {
        const access: Access = { space: 'bus', kind: 'read', address: physical, size, value: 0, high: 0 };
        const done = perform(access, () => {
          const value = real.read(physical, size);
          return { ...access, value, high: size === 8 ? real.highWord : 0, ...nobody() };
        });
        Object.assign(this, { highWord: done.high, unassigned: done.unassigned === true });
        return done.value;
      },
      write(physical, size, value, highWord) {
        const access: Access = {
          space: 'bus',
          kind: 'write',
          address: physical,
          size,
          value: value >>> 0,
          high: size === 8 ? highWord >>> 0 : 0,
        };
        const done = perform(access, () => {
          real.write(physical, size, value, highWord);
          return { ...access, ...nobody() };
        });
        Object.assign(this, { unassigned: done.unassigned === true });
      },
    };
  }

  /** The DCRs as the CPU is to see them. */
  dcrs(real: DcrAccess): DcrAccess {
    return {
      read: (register) => {
        const access: Access = { space: 'DCR', kind: 'read', address: register, size: 4, value: 0, high: 0 };
        return this.policy.perform(access, () => ({ ...access, value: real.read(register) >>> 0 })).value;
      },
      write: (register, value) => {
        const access: Access = { space: 'DCR', kind: 'write', address: register, size: 4, value: value >>> 0, high: 0 };
        this.policy.perform(access, () => {
          real.write(register, value);
          return access;
        });
      },
    };
  }

  /**
   * A hypercall that reaches devices, as the CPU is to make it.
   * @param state the calling CPU's; the results are in it afterwards
   * @param really performs the call and returns its status
   * @returns the status that the CPU gets
   */
  hypercall(number: number, state: CpuState, really: () => number): number {
    const access: Access = { space: 'hypercall', kind: 'write', address: number, size: 8, value: state.gpr(4), high: state.gprHigh(4) };
    const done = this.policy.perform(access, () => {
      const results = [really()];
      for (let n = STATUS_REGISTER + 1; n <= LAST_RESULT_REGISTER; n++) results.push(state.gpr(n), state.gprHigh(n));
      return { ...access, results };
    });
    // An access that was not the recorded one brings nothing.
    const [status = 0, ...words] = done.results ?? [];
    for (let k = 0; k < words.length; k += 2) state.setGpr(STATUS_REGISTER + 1 + k / 2, words[k]!, words[k + 1]!);
    return status;
  }
}

/** An access as one line for people. */
export function describeAccess(a: Access): string {
  const value = a.size === 8 ? `${a.high.toString(16)}'${a.value.toString(16).padStart(8, '0')}` : a.value.toString(16);
  return `${a.space} ${a.kind} 0x${a.address.toString(16)}, ${a.size} bytes: 0x${value}`;
}
