import { EXCEPTION_NONE } from '../../../jit/abi/exits.js';
import { MSR } from '../../../jit/isa/registers.js';
import type { CpuState } from '../../../runtime/cpu-state.js';
import type { AccessTap } from '../../../runtime/lockstep/access-tap.js';
import { OnceLog } from '../../bus/once-log.js';
import type { DeviceLog } from '../../bus/device.js';
import type { Cpus } from './cpus.js';
import { HypercallTable } from './hypercall-table.js';
import { RegisterCall } from './papr-call.js';
import type { PhysicalMemory } from './physical-memory.js';
import { H_FUNCTION, H_PRIVILEGE } from './status.js';

/** A hypercall that a guest made, for those who watch it. Values are unsigned low words. */
export interface WatchedCall {
  readonly number: number;
  /** r4 to r11. */
  readonly parameters: readonly number[];
  /** r3 afterwards. */
  readonly result: number;
}

/** Through which calls reach devices: in lockstep, one machine performs them and the other takes their outcome (see AccessTap). */
export type HypercallTap = Pick<AccessTap, 'hypercall'>;

const DIRECT_CALLS: HypercallTap = { hypercall: (_number, _state, really) => really() };
const STATUS_REGISTER = 3;
const WATCHED_PARAMETERS = 8;

/**
 * The hypervisor below a guest that runs with MSR[HV] = 0: `sc 1` comes here with the call's number in r3. What calls there are, groups
 * of calls decide, each in a file of its own.
 */
export class PaprHypervisor {
  readonly calls = new HypercallTable();
  readonly #call = new RegisterCall();
  readonly #unknown: OnceLog;

  /**
   * @param log told once of each call that there is not
   * @param onCall told of each call when it is done
   */
  constructor(
    readonly cpus: Cpus,
    readonly memory: PhysicalMemory,
    log: DeviceLog,
    private readonly onCall: ((call: WatchedCall) => void) | undefined = undefined,
    private readonly tap: HypercallTap = DIRECT_CALLS,
  ) {
    this.#unknown = new OnceLog('hypervisor', log);
  }

  /**
   * Performs the call of the current CPU and moves its PC behind it.
   * @returns EXCEPTION_NONE: every call returns, if only with a status
   */
  perform(): number {
    const { cpus } = this;
    const cpu = cpus.current;
    const state = cpus.state(cpu);
    const number = state.gprHigh(STATUS_REGISTER) === 0 ? state.gpr(STATUS_REGISTER) : -1;
    const parameters = this.onCall && Array.from({ length: WATCHED_PARAMETERS }, (_, n) => state.gpr(STATUS_REGISTER + 1 + n));
    // First, so that a call may change the PC.
    advance(state);
    const status = (state.msr & MSR.PR.mask) !== 0 ? H_PRIVILEGE : this.#perform(number, cpu, state);
    state.setGpr(STATUS_REGISTER, status >>> 0, status < 0 ? 0xffffffff : 0);
    if (parameters) this.onCall?.({ number, parameters, result: status >>> 0 });
    return EXCEPTION_NONE;
  }

  #perform(number: number, cpu: number, state: CpuState): number {
    const call = this.calls.find(number);
    if (!call) {
      this.#unknown.unimplemented(`hypercall 0x${number.toString(16)} is not known`);
      return H_FUNCTION;
    }
    this.#call.begin(cpu, state);
    const scope = typeof call.scope === 'function' ? call.scope(this.#call) : call.scope;
    if (scope === 'processor') return call.perform(this.#call);
    return this.tap.hypercall(number, state, () => {
      this.memory.external = true;
      const status = call.perform(this.#call);
      this.memory.external = false;
      return status;
    });
  }
}

/** PC of the next instruction. */
function advance(state: CpuState): void {
  const { pc, pcHigh } = state;
  const next = (pc + 4) >>> 0;
  state.pc = next;
  state.pcHigh = next === 0 ? (pcHigh + 1) >>> 0 : pcHigh;
}
