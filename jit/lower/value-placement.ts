import { SERVICES } from '../abi/services.js';
import { FIRST_EFFECT, type Ir, NODE_OPERANDS, Op, VAR_CR, VARIABLES } from '../ir/ir.js';
import { serviceByNumber } from '../ir/service-numbers.js';

/** How a node gets its value: computed where it is used; kept in a local; not at all. */
const INLINE = 0;
const TEMPORARY = 1;
const DEAD = 2;
/** Pseudo-variables behind the real ones: the register banks and memory state. */
const BANK_VARIABLE = VARIABLES;
const STATE_VARIABLE = VARIABLES + 4;
const TRACKED = VARIABLES + 5;

/**
 * Decides for each node of straight-line code whether its value is computed where it is used or kept in a local: a value may move to its
 * only use when nothing in between writes what it reads.
 */
export class ValuePlacement {
  readonly #mode: number[] = [];
  readonly #uses: number[] = [];
  /** The node with which a node's value is computed. */
  readonly #emitAt: number[] = [];
  /** The next write of each variable behind the node at hand. */
  readonly #nextSet = new Int32Array(TRACKED);

  constructor(readonly ir: Ir) {}

  /** The value is kept in a local. */
  isKept(n: number): boolean {
    return this.#mode[n] === TEMPORARY;
  }
  /** Nobody uses the value. */
  isDead(n: number): boolean {
    return this.#mode[n] === DEAD;
  }

  /** Looks at nodes start..end-1. */
  analyse(start: number, end: number): void {
    const { ir } = this;
    for (let n = start; n < end; n++) this.#uses[n] = 0;
    for (let n = start; n < end; n++) this.#operands(n, (o) => void this.#uses[o]!++);
    this.#nextSet.fill(0x7fffffff);
    for (let n = start; n < end; n++) this.#emitAt[n] = -1;
    for (let n = end - 1; n >= start; n--) {
      const op = ir.op[n]!;
      const pure = op < FIRST_EFFECT;
      if (!pure) {
        this.#mode[n] = this.#uses[n] ? TEMPORARY : DEAD;
        this.#emitAt[n] = n;
      } else if (this.#uses[n] === 0) {
        this.#mode[n] = DEAD;
        // What only dead code uses is dead as well.
        this.#operands(n, (o) => void this.#uses[o]!--);
        continue;
      } else {
        const at = this.#emitAt[n]!;
        const leaf = op === Op.const || op === Op.const128 || op === Op.cia || op === Op.here || op === Op.field;
        const variable = this.#variableRead(n);
        const moves = variable < 0 || this.#nextSet[variable]! >= at;
        const inline = leaf || (moves && (this.#uses[n] === 1 || op === Op.get));
        this.#mode[n] = inline ? INLINE : TEMPORARY;
        if (!inline) this.#emitAt[n] = n;
      }
      const at = this.#emitAt[n]!;
      this.#operands(n, (o) => {
        if (at > this.#emitAt[o]!) this.#emitAt[o] = at;
      });
      this.#noteWrites(n);
    }
  }

  #operands(n: number, visit: (o: number) => void): void {
    const { ir } = this;
    const op = ir.op[n]!;
    const mask = NODE_OPERANDS[op]!;
    if (mask & 1) visit(ir.a[n]!);
    if (mask & 2 && !(op === Op.raise && ir.b[n]! < 0)) visit(ir.b[n]!);
    if (mask & 4) visit(ir.c[n]!);
    if (op === Op.call) for (let k = 0; k < ir.c[n]!; k++) visit(ir.args[ir.b[n]! + k]!);
  }

  #variableRead(n: number): number {
    const { ir } = this;
    switch (ir.op[n]) {
      case Op.get: return ir.a[n]!;
      case Op.crTest: return VAR_CR + ir.a[n]!;
      case Op.getAt: return BANK_VARIABLE + ir.a[n]!;
      case Op.state: return STATE_VARIABLE;
      default: return -1;
    }
  } // prettier-ignore

  #noteWrites(n: number): void {
    const { ir } = this;
    const next = this.#nextSet;
    switch (ir.op[n]) {
      case Op.set:
        next[ir.a[n]!] = n;
        break;
      case Op.compare:
        next[VAR_CR + (ir.a[n]! & 7)] = n;
        break;
      case Op.compareAt:
        next.fill(n, VAR_CR, VAR_CR + 8);
        next[BANK_VARIABLE + 2] = n;
        break;
      case Op.setAt:
        next[BANK_VARIABLE + ir.a[n]!] = n;
        break;
      case Op.setState:
        next[STATE_VARIABLE] = n;
        break;
      case Op.call: {
        const effect = SERVICES[serviceByNumber(ir.a[n]!)].effect;
        if (effect === 'registers') next.fill(n);
        else if (effect !== 'pure') next[STATE_VARIABLE] = n;
        break;
      }
      default:
    }
  }
}
