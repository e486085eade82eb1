import { spawnSync } from 'node:child_process';
import { cpus, loadavg, platform, release, totalmem } from 'node:os';
import { PROJECT, qemuVersion } from './emulators.js';

/** What the figures depend on. */
export interface MachineInfo {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMiB: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  readonly qemu: string | null;
  /** Of this project, `+` behind it when files differ from it; null outside a repository. */
  readonly commit: string | null;
  /** Load of the last minute before the benchmarks: above a fraction of the cores, others disturb them. */
  readonly loadAverage: number;
}

export function machineInfo(): MachineInfo {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    system: `${platform()} ${release()}`,
    node: process.version,
    v8: process.versions.v8,
    qemu: qemuVersion() ?? null,
    commit: commit(),
    loadAverage: loadavg()[0],
  };
}

function commit(): string | null {
  const git = (...args: string[]) => spawnSync('git', ['-C', PROJECT, ...args], { encoding: 'utf8' });
  const head = git('rev-parse', '--short=12', 'HEAD');
  if (head.status !== 0) return null;
  return head.stdout.trim() + (git('status', '--porcelain', '--untracked-files=no').stdout.trim() === '' ? '' : '+');
}
