import type { DcrAccess, PhysicalAccess } from '../core.js';

/** One access of a CPU to something that is not memory. */
export interface Access {
  readonly space: 'bus' | 'DCR';
  readonly kind: 'read' | 'write';
  /** Guest physical address, or DCR number. */
  readonly address: number;
  /** Bytes. */
  readonly size: number;
  /** Unsigned; of 8 bytes the less significant word. */
  readonly value: number;
  /** Of 8 bytes the more significant word. */
  readonly high: number;
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
    return {
      highWord: 0,
      read(physical, size) {
        const access: Access = { space: 'bus', kind: 'read', address: physical, size, value: 0, high: 0 };
        const done = perform(access, () => {
          const value = real.read(physical, size);
          return { ...access, value, high: size === 8 ? real.highWord : 0 };
        });
        (this as { highWord: number }).highWord = done.high;
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
        perform(access, () => {
          real.write(physical, size, value, highWord);
          return access;
        });
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
}

/** An access as one line for people. */
export function describeAccess(a: Access): string {
  const value = a.size === 8 ? `${a.high.toString(16)}'${a.value.toString(16).padStart(8, '0')}` : a.value.toString(16);
  return `${a.space} ${a.kind} 0x${a.address.toString(16)}, ${a.size} bytes: 0x${value}`;
}
