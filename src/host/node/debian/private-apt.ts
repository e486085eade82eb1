import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../../config-error.js';
import { parseControl, type ControlParagraph } from '../../../debian/control-file.js';
import type { StepProgress } from '../../../debian/step-progress.js';
import { runChild, type ChildResult, type Environment } from '../child-programs.js';

/** Debian's name of the architecture that guests are fetched for. */
export const GUEST_ARCHITECTURE = 'ppc64el';

/**
 * Only Debian's own packages: other sources of this machine are made for its own systems. Of several releases that the machine
 * knows the newest version is taken, but not from experimental or backports.
 */
const PREFERENCES = `Package: *
Pin: release a=experimental
Pin-Priority: -1

Package: *
Pin: release o=Debian
Pin-Priority: 500

Package: *
Pin: release *
Pin-Priority: -1
`;

/** Hooks of the machine's configuration (apt.conf(5)) that would touch the system. */
const HOOKS = [
  ...['APT::Update::Pre-Invoke', 'APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success', 'APT::Update::Post-Invoke-Stats'],
  ...['DPkg::Pre-Invoke', 'DPkg::Post-Invoke', 'DPkg::Pre-Install-Pkgs'],
];

/** Where a source's packages come from, as a line of sources.list needs it. */
export interface AptSource {
  readonly site: string;
  readonly release: string;
  readonly component: string;
}

/**
 * The machine's own apt with a package state of its own in a folder, for the guests' architecture: it reads the machine's sources,
 * keys and proxies, and checks all that it fetches as it does for the machine itself. It needs no root, and changes nothing outside
 * its folder.
 */
export class PrivateApt {
  readonly #folder: string;
  readonly #environment: Environment;
  readonly #progress: StepProgress;
  readonly #configuration: string;

  /** @param folder an empty folder that only this object uses */
  constructor(folder: string, environment: Environment, progress: StepProgress) {
    this.#folder = folder;
    this.#environment = environment;
    this.#progress = progress;
    this.#configuration = join(folder, 'apt.conf');
    for (const name of ['state/lists/partial', 'cache/archives/partial', 'preferences.d', 'log']) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    // No package is installed in it.
    writeFileSync(join(folder, 'state/status'), '');
    writeFileSync(join(folder, 'preferences'), PREFERENCES);
    writeFileSync(this.#configuration, configuration(folder));
  }

  /**
   * Fetches the lists of packages of all sources. Those that cannot be fetched are left out; what is missing then shows when packages are looked up.
   * @throws ConfigError when there is no apt
   */
  async update(): Promise<void> {
    this.#progress.step('package lists');
    const result = await this.#run('apt-get', ['update']);
    const trouble = firstComplaint(result);
    if (trouble !== undefined) this.#progress.note(trouble);
  }

  /**
   * What the lists say of packages; the versions that would be installed.
   * @throws ConfigError when there is none of a name
   */
  async show(names: readonly string[]): Promise<ControlParagraph[]> {
    const { output } = await this.#run('apt-cache', ['show', '--no-all-versions', ...names]);
    const found = parseControl(output);
    return names.map((name) => {
      const wanted = name.split('=')[0];
      const paragraph = found.find((candidate) => candidate.get('Package') === wanted);
      if (!paragraph) {
        throw new ConfigError(
          `Debian's package ${wanted} for ${GUEST_ARCHITECTURE} is not to be had`,
          'get debian',
          'check the network, and that the sources of apt name Debian',
        );
      }
      return paragraph;
    });
  }

  /**
   * Fetches packages into a folder, checked against the lists.
   * @param names with versions, as `name=version`
   * @throws ConfigError with apt's own words
   */
  async download(names: readonly string[], folder: string, label: string): Promise<void> {
    this.#progress.step(label);
    const result = await this.#run('apt-get', ['download', ...names], folder);
    if (result.status !== 0) throw fetchFailed(result);
  }

  /**
   * Fetches packages and all they depend on, as if into an empty system, into {@link archives}.
   * @param names packages, or patterns of apt-patterns(7)
   * @throws ConfigError with apt's own words
   */
  async downloadWithDependencies(names: readonly string[], label: string): Promise<void> {
    this.#progress.step(label);
    const options = ['--download-only', '--no-install-recommends', '--yes'];
    const result = await this.#run('apt-get', ['install', ...options, ...names]);
    if (result.status !== 0) throw fetchFailed(result);
  }

  /** The folder of {@link downloadWithDependencies}. */
  get archives(): string {
    return join(this.#folder, 'cache/archives');
  }

  /** Debian's sources, as the lists were fetched from them. */
  async sources(): Promise<AptSource[]> {
    const { output } = await this.#run('apt-get', ['indextargets', '--format', '$(ORIGIN)\t$(SITE)\t$(RELEASE)\t$(COMPONENT)', 'Created-By: Packages']);
    return output
      .split('\n')
      .map((line) => line.split('\t'))
      .filter(([origin]) => origin === 'Debian')
      .map(([, site, release, component]) => ({ site, release, component }));
  } // prettier-ignore

  #run(command: string, args: readonly string[], folder = this.#folder): Promise<ChildResult> {
    return runChild(command, ['-c', this.#configuration, '-o', 'APT::Status-Fd=3', ...args], {
      environment: this.#environment,
      folder,
      // dlstatus:ITEM:PERCENT:TEXT (apt, README.progress-reporting)
      onStatusLine: (line) => {
        const percent = /^dlstatus:\d+:([\d.]+):/.exec(line)?.[1];
        if (percent !== undefined) this.#progress.share(Math.min(Number(percent) / 100, 1));
      },
    });
  }
}

function configuration(folder: string): string {
  const text = (value: string): string => `"${value.replaceAll('"', '')}"`;
  const settings: Readonly<Record<string, string>> = {
    'Dir::State': join(folder, 'state'),
    'Dir::State::lists': join(folder, 'state/lists'),
    'Dir::State::status': join(folder, 'state/status'),
    'Dir::State::extended_states': join(folder, 'state/extended_states'),
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Cache::archives': join(folder, 'cache/archives'),
    'Dir::Cache::pkgcache': '',
    'Dir::Cache::srcpkgcache': '',
    'Dir::Log': join(folder, 'log'),
    'Dir::Etc::preferences': join(folder, 'preferences'),
    'Dir::Etc::preferencesparts': join(folder, 'preferences.d'),
    'APT::Architecture': GUEST_ARCHITECTURE,
    'APT::Default-Release': '',
    'APT::Get::AllowUnauthenticated': 'false',
    'APT::Keep-Downloaded-Packages': 'true',
    'Acquire::AllowInsecureRepositories': 'false',
    'Acquire::AllowWeakRepositories': 'false',
    'Acquire::IndexTargets::deb-src::Sources::DefaultEnabled': 'false',
    'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled': 'false',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '2',
    'Acquire::http::Timeout': '20',
    'Acquire::https::Timeout': '20',
    // Root's apt would fetch as another user, who may not enter this folder.
    ...(process.getuid?.() === 0 ? { 'APT::Sandbox::User': 'root' } : {}),
  };
  return [
    ...['APT::Architectures', 'APT::Clean-Installed', 'Binary::apt', ...HOOKS].map((name) => `#clear ${name};`),
    `APT::Architectures { ${text(GUEST_ARCHITECTURE)}; };`,
    ...Object.entries(settings).map(([name, value]) => `${name} ${text(value)};`),
    '',
  ].join('\n');
}

/** apt's first complaint, in one line; undefined when there is none. */
function firstComplaint({ errors }: ChildResult): string | undefined {
  const line = errors.split('\n').find((candidate) => /^E: /.test(candidate)) ?? errors.split('\n').find((candidate) => /^W: /.test(candidate));
  return line?.replace(/^[EW]: /, 'apt: ').replace(/\s+/g, ' ').trim();
} // prettier-ignore

function fetchFailed(result: ChildResult): ConfigError {
  return new ConfigError(firstComplaint(result) ?? `apt ended with status ${result.status}`, 'get debian', 'check the names of packages and the network');
} // prettier-ignore
