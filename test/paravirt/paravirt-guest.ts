import { MSR } from '../../jit/isa/registers.js';
import { Assembler } from '../../jit/isa/assemble.js';
import { assembleProgram } from '../../jit/isa/assemble-program.js';
import { KvmHypervisor, type Hypercall } from '../../src/hypervisor/kvm/kvm-hypervisor.js';
import { BareCpu, type BareMode } from '../support/bare-cpu.js';

export const MODES: readonly BareMode[] = ['interp', 'jit'];
/** `sc` with LEV = 1. */
export const SC_1 = '.long 0x44000022';
export const MAGIC_PAGE = 0xfffff000;
export const HC_FEATURES = (42 << 16) | 3;
export const HC_MAP_MAGIC_PAGE = (42 << 16) | 4;
export const EV_IDLE = (1 << 16) | 16;
const CODE = 0x2000;
/** Address of a program's first instruction. */
export const START = CODE + 8;
/** Where program and external interrupts and system calls go; each handler is a branch to itself. */
export const VECTORS = { external: 0x400, program: 0x600, systemCall: 0x800, dataTlb: 0xd00 } as const;

export const STACK = 0x8000;

const IVOR = { external: 404, program: 406, systemCall: 408, dataTlb: 413 } as const;
const BRANCH_TO_ITSELF = 0x48000000;
/** Times a program must run until compiled code is what runs: it is met, counted, translated. */
const TURNS = 4;

export interface GuestOptions {
  /** Map the magic page where Linux does. */
  readonly mapped?: boolean;
  readonly paravirt?: boolean;
  readonly trap?: boolean;
}

/** A 440 with the paravirtual interface. */
export class ParavirtGuest {
  readonly cpu: BareCpu;
  readonly calls: Hypercall[] = [];
  readonly #assembler: Assembler;
  #end = 0;

  constructor(
    readonly mode: BareMode,
    { mapped = true, paravirt = true, trap = false }: GuestOptions = {},
  ) {
    this.cpu = new BareCpu(mode);
    const { engine, state } = this.cpu;
    this.#assembler = new Assembler(engine.decoder);
    if (trap) engine.setAssumptions({ ...engine.assumptions, trapPrivileged: true });
    if (paravirt) new KvmHypervisor(engine, 'booke', (call) => this.calls.push(call));
    for (const name of Object.keys(IVOR) as (keyof typeof IVOR)[]) {
      state.setSpr(IVOR[name], VECTORS[name]);
      this.cpu.load(VECTORS[name], [BRANCH_TO_ITSELF]);
    }
    // Zero would be what `critical` holds.
    state.setGpr(1, STACK);
    if (paravirt && mapped) this.map(MAGIC_PAGE);
  }

  get state(): BareCpu['state'] {
    return this.cpu.state;
  }
  /** What has left generated code, by reason. */
  exits(reason: string): number {
    return this.cpu.engine.counts.exits[reason] ?? 0;
  }

  /** Maps the magic page by hypercall. */
  map(address: number): void {
    this.hypercall(HC_MAP_MAGIC_PAGE, address, address);
  }
  /** Makes a hypercall; returns r3 and r4. */
  hypercall(number: number, ...parameters: number[]): { result: number; output: number } {
    const { state } = this;
    this.load(SC_1);
    parameters.forEach((p, n) => state.setGpr(3 + n, p));
    state.setGpr(11, number);
    this.run();
    return { result: state.gpr(3), output: state.gpr(4) };
  }

  /** Puts a program at START, entered by a branch over a word, so that it is a branch target. */
  load(source: string): void {
    const program = assembleProgram(this.#assembler, `b start\nnop\nstart: ${source}\nend: b end\n`, CODE);
    this.cpu.memory.write(CODE, program.bytes);
    this.#end = program.symbols.get('end')!;
  }

  /** Runs the program once, to its end or to an address given. */
  run(until = this.#end): void {
    const { cpu } = this;
    cpu.state.pc = CODE;
    for (let slices = 0; cpu.state.pc !== until; slices++) {
      if (slices > 1000) throw new Error(`the program does not come to ${until.toString(16)}: PC ${cpu.state.pc.toString(16)}`);
      if (cpu.runner.run(200) === 'stop') throw new Error('the guest stopped');
    }
  }

  /** Runs a program so often that the last turn is compiled code, in jit mode. `prepare` sets registers before each turn. */
  execute(source: string, prepare: () => void = () => {}): void {
    this.load(source);
    for (let turn = 0; turn < TURNS; turn++) {
      prepare();
      this.run();
    }
  }

  /** Raises or lowers the external interrupt line. */
  external(asserted: boolean): void {
    this.cpu.core.inputs.external = asserted;
    this.cpu.engine.interruptsChanged();
  }
  /** Sets MSR bits by name, and no others. */
  setMsr(...bits: (keyof typeof MSR)[]): void {
    this.cpu.core.services['writeMsr']!(bits.reduce((msr, name) => msr | MSR[name].mask, 0) as never);
  }
}
