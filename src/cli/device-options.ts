import { ConfigError } from '../config-error.js';
import type { DriveOptions } from '../host/node/node-drive.js';
import type { ShareOptions } from '../host/node/node-share.js';

/**
 * A value such as `FILE,word,key=value`: a comma that belongs to the file's name is written twice.
 * @throws ConfigError for words that are not among `words`, and keys not among `keys`
 */
function parseList(
  option: string,
  text: string,
  words: readonly string[],
  keys: readonly string[],
): { first: string; given: Map<string, string> } {
  const [first = '', ...rest] = text.replaceAll(',,', '\0').split(',').map((part) => part.replaceAll('\0', ',')); // prettier-ignore
  if (first === '') throw new ConfigError(`'${text}' names nothing`, option, 'give a path first');
  const given = new Map<string, string>();
  for (const part of rest) {
    const at = part.indexOf('=');
    const key = at < 0 ? part : part.slice(0, at);
    const known = at < 0 ? words.includes(key) : keys.includes(key) && at < part.length - 1;
    if (!known) {
      const choice = [...words, ...keys.map((name) => `${name}=...`)].join(', ');
      throw new ConfigError(`'${part}' means nothing behind a path`, option, `choose from ${choice}; write a comma of a path twice`);
    }
    given.set(key, part.slice(at + 1));
  }
  return { first, given };
}

/** `--drive FILE[,snapshot|readonly|overlay=FILE]`; may be given several times. */
export function parseDrive(text: string, before: readonly DriveOptions[] = []): readonly DriveOptions[] {
  const { first, given } = parseList('--drive', text, ['snapshot', 'readonly'], ['overlay']);
  return [...before, { path: first, snapshot: given.has('snapshot'), readOnly: given.has('readonly'), overlay: given.get('overlay') }];
}

/** `--share DIR[,tag=NAME][,readonly]`; may be given several times. */
export function parseShare(text: string, before: readonly ShareOptions[] = []): readonly ShareOptions[] {
  const { first, given } = parseList('--share', text, ['readonly'], ['tag']);
  return [...before, { path: first, tag: given.get('tag'), readOnly: given.has('readonly') }];
}
