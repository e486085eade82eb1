import { ConfigError } from '../config-error.js';

const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Longest time-out in seconds: Node's timers count milliseconds in 31 bits. */
const MAXIMUM_SECONDS = 2_147_483;

/** What `--trace` knows; {@link MachineConfig.trace} takes the same words. */
export const TRACE_TOPICS = ['exceptions', 'mmu', 'regions', 'devices', 'hypercalls'] as const;

/**
 * A size with its unit, such as 128M, in bytes.
 * @throws ConfigError without a unit: other emulators differ about what a bare number means
 */
export function parseSize(option: string): (text: string) => number {
  return (text) => {
    const match = /^(\d{1,12})([KMG])(i?B)?$/i.exec(text);
    const bytes = match ? Number(match[1]) * UNITS[match[2]!.toUpperCase()]! : 0;
    if (bytes <= 0 || !Number.isSafeInteger(bytes)) {
      throw new ConfigError(`'${text}' is no size`, option, 'give a number and a unit: 64M, 128M, 1G');
    }
    return bytes;
  };
}

/**
 * A whole number of at least `minimum`.
 * @throws ConfigError
 */
export function parseCount(option: string, minimum: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : -1;
    if (value < minimum || value > 0x7fffffff) {
      throw new ConfigError(`'${text}' is no whole number of at least ${minimum}`, option, `give one, such as ${Math.max(minimum, 1)}`);
    }
    return value;
  };
}

/**
 * A time in seconds, fractions allowed.
 * @throws ConfigError
 */
export function parseSeconds(option: string): (text: string) => number {
  return (text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
    if (value <= 0 || value > MAXIMUM_SECONDS) {
      throw new ConfigError(`'${text}' is no time-out`, option, `give seconds, more than 0 and at most ${MAXIMUM_SECONDS}, such as 60`);
    }
    return value;
  };
}

/**
 * A date, or date and time, in the ISO 8601 notation; universal time unless it says otherwise. In ms since 1970.
 * @throws ConfigError
 */
export function parseDate(option: string): (text: string) => number {
  return (text) => {
    const match = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text);
    const ms = match ? Date.parse(`${match[1]}T${match[2] ?? '00:00'}${match[3] ?? 'Z'}`) : NaN;
    if (Number.isNaN(ms)) throw new ConfigError(`'${text}' is no date`, option, 'give one such as 2026-01-31 or 2026-01-31T12:00:00');
    return ms;
  };
}

/**
 * A guest address: hexadecimal with 0x, or decimal.
 * @throws ConfigError
 */
export function parseAddress(option: string): (text: string) => bigint {
  return (text) => {
    if (!/^(0x[0-9a-f]{1,16}|\d{1,19})$/i.test(text)) {
      throw new ConfigError(`'${text}' is no address`, option, 'give hexadecimal digits after 0x, such as 0xc0000000');
    }
    return BigInt(text);
  };
}

/**
 * A regular expression in JavaScript's notation.
 * @throws ConfigError with the engine's own reason
 */
export function parsePattern(option: string): (text: string) => RegExp {
  return (text) => {
    try {
      return new RegExp(text);
    } catch (error) {
      const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : String(error);
      throw new ConfigError(`not a regular expression: ${reason}`, option, 'put a backslash before characters meant literally');
    }
  };
}

/**
 * A comma-separated list of Debian packages (Debian Policy, 5.6.1).
 * @throws ConfigError
 */
export function parsePackages(option: string): (text: string) => readonly string[] {
  return (text) => {
    const names = text.split(',').map((name) => name.trim());
    const wrong = names.find((name) => !/^[a-z0-9][a-z0-9+.-]+$/.test(name));
    if (wrong !== undefined) throw new ConfigError(`'${wrong}' is no name of a package`, option, 'give names such as gcc,libc6-dev');
    return names;
  };
}

/**
 * A comma-separated list of {@link TRACE_TOPICS}; `all` stands for every one.
 * @throws ConfigError
 */
export function parseTopics(option: string): (text: string) => readonly string[] {
  return (text) => {
    const words = text.split(',').map((word) => word.trim());
    if (words.length === 1 && words[0] === 'all') return TRACE_TOPICS;
    const unknown = words.find((word) => !TRACE_TOPICS.some((topic) => topic === word));
    if (unknown !== undefined) {
      throw new ConfigError(`'${unknown}' is no topic`, option, `give some of ${TRACE_TOPICS.join(',')}, or all`);
    }
    return words;
  };
}
