import type { InterruptLine } from '../../bus/device.js';
import { PresentationController } from './xics-presentation.js';

/** Interrupt numbers below this one are the presentation controllers' own. */
export const FIRST_SOURCE = 16;
/** Priorities: the lower, the more favoured; this one never interrupts. */
export const LEAST_FAVORED = 0xff;

/** Where a source's interrupts go. */
export interface Route {
  /** Number of the CPU's presentation controller. */
  readonly server: number;
  readonly priority: number;
}

interface Source {
  readonly number: number;
  readonly kind: 'level' | 'message';
  server: number;
  priority: number;
  /** Priority to go back to when the source is unmasked. */
  saved: number;
  /** Level: the line is asserted. */
  asserted: boolean;
  /** Level: presented and not ended yet. */
  sent: boolean;
  /** Message: raised, and to be presented when there is room for it or the source is unmasked. */
  waiting: boolean;
}

/**
 * The interrupt controller of pSeries machines (Power Architecture Platform Requirements, chapter 6, "External Interrupt Architecture"):
 * one presentation controller for each CPU, and the sources, which are routed to one of them with a priority. The guest reaches it by
 * hypercalls and RTAS.
 */
export class Xics {
  readonly #servers: readonly PresentationController[];
  readonly #sources = new Map<number, Source>();

  /** @param outputs external interrupt input of each CPU */
  constructor(
    readonly name: string,
    outputs: readonly InterruptLine[],
  ) {
    this.#servers = outputs.map((output) => new PresentationController(output, (number) => this.#reject(number)));
  }

  // --- Sources ---

  /**
   * A level-sensitive source.
   * @throws Error when the number is taken: a defect of the machine's
   */
  source(number: number): InterruptLine {
    const source = this.#add(number, 'level');
    return {
      set: (asserted) => {
        source.asserted = asserted;
        this.#present(source);
      },
    };
  }
  /** A source that is raised by messages and remembers one of them. @throws Error when the number is taken: a defect of the machine's */
  message(number: number): { raise(): void } {
    const source = this.#add(number, 'message');
    return {
      raise: () => {
        source.waiting = true;
        this.#present(source);
      },
    };
  }

  /** Where a source goes; undefined when there is no such source. */
  route(number: number): Route | undefined {
    const source = this.#sources.get(number);
    return source && { server: source.server, priority: source.priority };
  }
  /** Routes a source. Returns whether source and server exist. */
  setRoute(number: number, { server, priority }: Route): boolean {
    const source = this.#sources.get(number);
    if (!source || !this.hasServer(server)) return false;
    source.server = server;
    source.priority = priority;
    source.saved = priority;
    this.#present(source);
    return true;
  }
  /** Keeps a source from interrupting. Returns whether it exists. */
  mask(number: number): boolean {
    const source = this.#sources.get(number);
    if (!source) return false;
    if (source.priority !== LEAST_FAVORED) source.saved = source.priority;
    source.priority = LEAST_FAVORED;
    return true;
  }
  /** Gives a source the priority back that it had before it was masked. Returns whether it exists. */
  unmask(number: number): boolean {
    const source = this.#sources.get(number);
    if (!source) return false;
    source.priority = source.saved;
    this.#present(source);
    return true;
  }

  // --- Presentation ---

  hasServer(server: number): boolean {
    return this.#servers[server] !== undefined;
  }
  /** CPPR: only interrupts of more favoured priorities are presented from now on. */
  setPriority(server: number, priority: number): void {
    const controller = this.#servers[server]!;
    if (controller.setPriority(priority)) this.#resend(server);
  }
  /** MFRR: asks for an interprocessor interrupt of this priority; LEAST_FAVORED for none. */
  setIpiPriority(server: number, priority: number): void {
    this.#servers[server]!.setIpiPriority(priority);
  }
  /** Takes the presented interrupt: XIRR as it was; CPPR becomes the interrupt's priority. */
  accept(server: number): number {
    return this.#servers[server]!.accept();
  }
  /** Ends the handling of an interrupt: writes back XIRR. */
  end(server: number, xirr: number): void {
    const controller = this.#servers[server]!;
    const source = this.#sources.get(xirr & 0xffffff);
    if (source) source.sent = false;
    controller.setPriority(xirr >>> 24);
    this.#resend(server);
  }
  /** XIRR and MFRR as they are. */
  poll(server: number): { readonly xirr: number; readonly mfrr: number } {
    const { xirr, mfrr } = this.#servers[server]!;
    return { xirr, mfrr };
  }

  /** All sources are masked and forget what they wanted, lines keep their levels; CPUs take no interrupt. */
  reset(): void {
    for (const source of this.#sources.values()) {
      Object.assign(source, { server: 0, priority: LEAST_FAVORED, saved: LEAST_FAVORED, sent: false, waiting: false });
    }
    for (const server of this.#servers) server.reset();
  }

  #add(number: number, kind: Source['kind']): Source {
    if (number < FIRST_SOURCE || this.#sources.has(number)) throw new Error(`${this.name}: interrupt ${number} is taken`);
    const source: Source = {
      number,
      kind,
      server: 0,
      priority: LEAST_FAVORED,
      saved: LEAST_FAVORED,
      asserted: false,
      sent: false,
      waiting: false,
    };
    this.#sources.set(number, source);
    return source;
  }

  /** Offers a source's interrupt to its presentation controller, if it has one to offer. */
  #present(source: Source): void {
    if (source.priority === LEAST_FAVORED) return;
    if (source.kind === 'level') {
      if (!source.asserted || source.sent) return;
      source.sent = true;
    } else {
      if (!source.waiting) return;
      source.waiting = false;
    }
    this.#servers[source.server]!.offer(source.number, source.priority);
  }

  /** A presentation controller has no room for an interrupt, or another one took its place. */
  #reject(number: number): void {
    const source = this.#sources.get(number);
    if (!source) return;
    if (source.kind === 'level') source.sent = false;
    else source.waiting = true;
  }

  /** There may be room again: what was rejected is offered anew. */
  #resend(server: number): void {
    for (const source of this.#sources.values()) if (source.server === server) this.#present(source);
  }
}
