import type { TarEntry } from '../archives/tar-reader.js';
import { ConfigError } from '../config-error.js';
import { formatControl, parseControl, type ControlParagraph } from './control-file.js';

/** A package whose files lie in their places. */
export interface UnpackedPackage {
  /** Its control files by name. */
  readonly control: ReadonlyMap<string, Uint8Array>;
  /** Its files, as the package lists them. */
  readonly entries: readonly TarEntry[];
  /** MD5 of each file whose contents are known, as hexadecimal digits, by path. */
  readonly md5: ReadonlyMap<string, string>;
}

/** Where dpkg keeps its state. */
const FOLDER = 'var/lib/dpkg';
/** Version of the naming of info files: with the architecture where several may be installed (dpkg, doc/infodb). */
const INFO_FORMAT = '1\n';
/** Control files that are not kept as they are. */
const NOT_KEPT = ['control', 'md5sums.gz'];

const decode = (bytes: Uint8Array | undefined): string => (bytes ? new TextDecoder().decode(bytes) : '');

/**
 * dpkg's database for packages that are unpacked but not yet set up: files by path. `dpkg --configure` then goes on where
 * `dpkg --unpack` would have left off.
 */
export function dpkgDatabase(packages: readonly UnpackedPackage[]): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const text = (path: string, contents: string): void => void files.set(`${FOLDER}/${path}`, new TextEncoder().encode(contents));
  const status: string[] = [];
  const fileInterests: string[] = [];
  const namedInterests = new Map<string, string[]>();
  for (const unpacked of packages) {
    const paragraph = controlOf(unpacked);
    status.push(formatControl(statusOf(paragraph, unpacked)));
    const base = infoName(paragraph);
    for (const [name, contents] of unpacked.control) {
      if (!NOT_KEPT.includes(name)) files.set(`${FOLDER}/info/${base}.${name}`, contents);
    }
    text(`info/${base}.list`, unpacked.entries.map(({ path }) => `/${path || '.'}\n`).join(''));
    for (const { trigger, waits } of interests(decode(unpacked.control.get('triggers')))) {
      const line = `${triggerName(paragraph)}${waits ? '' : '/noawait'}`;
      if (trigger.startsWith('/')) fileInterests.push(`${trigger} ${line}\n`);
      else namedInterests.set(trigger, [...(namedInterests.get(trigger) ?? []), `${line}\n`]);
    }
  }
  text('status', status.join('\n'));
  text('available', '');
  text('info/format', INFO_FORMAT);
  text('triggers/File', fileInterests.join(''));
  for (const [trigger, lines] of namedInterests) text(`triggers/${trigger}`, lines.join(''));
  return files;
}

/** The paragraph of a package's control file. */
export function controlOf({ control }: Pick<UnpackedPackage, 'control'>): ControlParagraph {
  const [paragraph] = parseControl(decode(control.get('control')));
  if (!paragraph?.get('Package')) throw new ConfigError('a package has no control file', 'get debian', 'fetch again');
  return paragraph;
}

/** Paths of a package's configuration files. */
export function conffilesOf({ control }: Pick<UnpackedPackage, 'control'>): string[] {
  // Lines that do not begin with a slash carry flags, such as that of files to be removed.
  return decode(control.get('conffiles')).split('\n').map((line) => line.trim()).filter((line) => line.startsWith('/')).map((path) => path.slice(1));
} // prettier-ignore

/** The entry of dpkg's status file (deb822, dpkg(1)): what the package says, its state, the sums of its configuration files. */
function statusOf(paragraph: ControlParagraph, unpacked: UnpackedPackage): ControlParagraph {
  const status = new Map<string, string>();
  for (const [name, value] of paragraph) {
    status.set(name, value);
    if (name === 'Package') status.set('Status', 'install ok unpacked');
  }
  const sums = conffilesOf(unpacked).map((path) => ({ path, sum: unpacked.md5.get(path) })).filter(({ sum }) => sum !== undefined);
  if (sums.length > 0) status.set('Conffiles', sums.map(({ path, sum }) => `\n /${path} ${sum}`).join(''));
  return status;
} // prettier-ignore

/** Packages of which several architectures can be installed carry theirs in the names of their info files. */
function infoName(paragraph: ControlParagraph): string {
  const name = paragraph.get('Package')!;
  return paragraph.get('Multi-Arch') === 'same' ? `${name}:${paragraph.get('Architecture')}` : name;
}

/** The same holds for the lists of triggers. */
const triggerName = infoName;

/** The triggers that a package wants to hear of (deb-triggers(5)). */
function interests(text: string): { trigger: string; waits: boolean }[] {
  return [...text.matchAll(/^[ \t]*interest(-await|-noawait)?[ \t]+(\S+)/gm)].map(([, kind, trigger]) => ({ trigger, waits: kind !== '-noawait' }));
} // prettier-ignore
