import { AssemblyError, type Assembler } from './assemble.js';

/** An assembled program. */
export interface Program {
  /** Address of the first byte. */
  readonly base: number;
  /** Its bytes, big-endian words. */
  readonly bytes: Uint8Array;
  /** Addresses of labels, and values of symbols that .set defined. */
  readonly symbols: ReadonlyMap<string, number>;
}

/** One statement with where it stands. */
interface Statement {
  readonly line: number;
  readonly address: number;
  readonly text: string;
}

const NAME = /[A-Za-z_][A-Za-z0-9_.$]*/;
/** Registers, CR fields and CR bits, which are not symbols. */
const RESERVED = /^(?:(?:[rfv]|vs)\d+|cr[0-7]|lt|gt|eq|so|un)$/;
/** @l, @h and @ha: the halves of an address as 16-bit immediates want them. */
const HALVES: Readonly<Record<string, (v: number) => number>> = {
  l: (v) => (v << 16) >> 16,
  h: (v) => (v >>> 16) & 0xffff,
  ha: (v) => ((v + 0x8000) >>> 16) & 0xffff,
};

/** A sum of numbers, symbols and `.`, perhaps one half of it; undefined when it is no such sum. */
function evaluate(text: string, symbols: ReadonlyMap<string, number>, here: number): number | undefined {
  const half = /^\(?(.*?)\)?@(ha|h|l)$/.exec(text);
  const sum = half ? half[1]! : text;
  let value = 0;
  let rest = sum.trim();
  let sign = 1;
  if (rest.startsWith('-')) {
    sign = -1;
    rest = rest.slice(1).trim();
  }
  for (;;) {
    const m = /^(0x[0-9a-fA-F]+|\d+|\.(?![A-Za-z0-9_])|[A-Za-z_.][A-Za-z0-9_.$]*)\s*/.exec(rest);
    if (!m) return undefined;
    const term = m[1]!;
    const known = term === '.' ? here : /^\d/.test(term) ? Number(term) : symbols.get(term);
    if (known === undefined) return undefined;
    value += sign * known;
    rest = rest.slice(m[0].length);
    if (rest === '') break;
    const operator = /^([+-])\s*/.exec(rest);
    if (!operator) return undefined;
    sign = operator[1] === '-' ? -1 : 1;
    rest = rest.slice(operator[0].length);
  }
  return half ? HALVES[half[2]!]!(value) : value;
}

/** An operand with its symbols replaced by numbers. */
function resolve(operand: string, symbols: ReadonlyMap<string, number>, here: number): string {
  const text = operand.trim();
  if (RESERVED.test(text) || /cr[0-7]/.test(text)) return text;
  const memory = /^(.*)\((\s*(?:r?\d+)\s*)\)$/.exec(text);
  if (memory) {
    const displacement = memory[1]!.trim() === '' ? 0 : evaluate(memory[1]!, symbols, here);
    if (displacement !== undefined) return `${displacement}(${memory[2]!.trim()})`;
  }
  const value = evaluate(text, symbols, here);
  if (value !== undefined) return `${value}`;
  if (new RegExp(`^${NAME.source}(?:@\\w+)?$`).test(text)) throw new AssemblyError(`${text} is not defined`);
  return text;
}

const STRING = /^"((?:[^"\\]|\\.)*)"$/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', 0: '\0' };
const unquote = (text: string): string => {
  const m = STRING.exec(text.trim());
  if (!m) throw new AssemblyError(`${text} is not a string in double quotes`);
  return m[1]!.replace(/\\(.)/g, (_all, c: string) => ESCAPES[c] ?? c);
};

/** Bytes of the elements of data directives. */
const DATA: Readonly<Record<string, number>> = { '.byte': 1, '.short': 2, '.long': 4, '.quad': 8 };

/**
 * Assembles a program in two passes. A statement a line, or several separated by `;`; comments from `#` on; labels `name:`;
 * directives .long, .short, .byte, .quad, .ascii, .asciz, .space, .align (power of two), .org (address) and .set NAME, VALUE;
 * operands may be sums of numbers, symbols and `.` (here), with @l, @h or @ha.
 * @param base address of the first byte
 * @throws AssemblyError with the line's number
 */
export function assembleProgram(assembler: Assembler, source: string, base: number): Program {
  const symbols = new Map<string, number>();
  const statements: Statement[] = [];
  let address = base;
  let line = 0;
  const atLine = <T>(number: number, action: () => T): T => {
    try {
      return action();
    } catch (error) {
      if (error instanceof AssemblyError) throw new AssemblyError(`line ${number}: ${error.message}`);
      throw error;
    }
  };
  const number = (text: string, here: number): number => {
    const value = evaluate(text.trim(), symbols, here);
    if (value === undefined) throw new AssemblyError(`${text.trim()} is not a number or a symbol defined before`);
    return value;
  };
  for (const whole of source.split('\n')) {
    line++;
    for (const part of withoutComment(whole).split(';')) {
      let text = part.trim();
      for (let m = /^([A-Za-z_.][A-Za-z0-9_.$]*):\s*/.exec(text); m; m = /^([A-Za-z_.][A-Za-z0-9_.$]*):\s*/.exec(text)) {
        if (symbols.has(m[1]!)) throw new AssemblyError(`line ${line}: ${m[1]} is defined twice`);
        symbols.set(m[1]!, address);
        text = text.slice(m[0].length);
      }
      if (text === '') continue;
      const here = address;
      address = atLine(line, () => after(text, here));
      statements.push({ line, address: here, text });
    }
  }
  const bytes = new Uint8Array(address - base);
  const view = new DataView(bytes.buffer);
  for (const s of statements) atLine(s.line, () => emit(s));
  return { base, bytes, symbols };

  /** Address after a statement. */
  function after(text: string, here: number): number {
    const [directive, rest] = splitStatement(text);
    if (directive in DATA) return here + DATA[directive]! * rest.split(',').length;
    switch (directive) {
      case '.ascii': return here + unquote(rest).length;
      case '.asciz': return here + unquote(rest).length + 1;
      case '.space': return here + number(rest, here);
      case '.align': return Math.ceil(here / 2 ** number(rest, here)) * 2 ** number(rest, here);
      case '.org': {
        const to = number(rest, here);
        if (to < here) throw new AssemblyError(`.org ${rest} goes back from 0x${here.toString(16)}`);
        return to;
      }
      case '.set': {
        const [name, value] = rest.split(',');
        symbols.set(name!.trim(), number(value ?? '', here));
        return here;
      }
      default:
        if (directive.startsWith('.')) throw new AssemblyError(`there is no directive ${directive}`);
        return here + 4;
    }
  } // prettier-ignore
  function emit({ text, address: here }: Statement): void {
    const [directive, rest] = splitStatement(text);
    const at = here - base;
    const size = DATA[directive];
    if (size !== undefined) return rest.split(',').forEach((t, k) => store(at + size * k, size, number(t, here)));
    if (directive === '.ascii' || directive === '.asciz')
      return void [...unquote(rest)].forEach((c, k) => (bytes[at + k] = c.charCodeAt(0)));
    if (directive.startsWith('.')) return;
    const operands = rest === '' ? [] : rest.split(',').map((o) => resolve(o, symbols, here));
    view.setUint32(at, assembler.assemble(`${directive} ${operands.join(',')}`, here));
  }
  function store(at: number, size: number, value: number): void {
    if (size === 8) view.setBigInt64(at, BigInt(value));
    else if (size === 4) view.setUint32(at, value);
    else if (size === 2) view.setUint16(at, value);
    else view.setUint8(at, value);
  }
}

/** The first word of a statement and what follows it. */
function splitStatement(text: string): [string, string] {
  const m = /^(\S+)\s*(.*)$/.exec(text)!;
  return [m[1]!, m[2]!.trim()];
}
/** A line up to a `#` outside of strings. */
function withoutComment(line: string): string {
  let quoted = false;
  for (let k = 0; k < line.length; k++) {
    if (line[k] === '"' && line[k - 1] !== '\\') quoted = !quoted;
    if (line[k] === '#' && !quoted) return line.slice(0, k);
  }
  return line;
}
