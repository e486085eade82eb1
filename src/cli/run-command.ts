import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../config-error.js';
import { openDrive } from '../host/node/node-drive.js';
import { shareFolder } from '../host/node/node-share.js';
import { userNetwork } from '../host/node/node-sockets.js';
import type { InputFile, Machine, MachineConfig, RunResult } from '../machine-api.js';
import { summaryText } from '../profile/summary.js';
import { attachConsole } from './attach-console.js';
import type { CliHost } from './cli-host.js';
import { EXIT_DONE, EXIT_INTERNAL, EXIT_TIME_OUT } from './exit-status.js';
import { fileMistake, readInputFile } from './input-files.js';
import type { RunOptionValues } from './run-options.js';

/** Where the embedded guest lies in the package. */
const MONITOR = 'guests/monitor/monitor.elf';

/** Who ended a run that the machine itself reports as aborted. */
type Ended = 'by user' | 'by time-out';

/**
 * `powerjit run`: builds a machine, joins its console to ours and runs it.
 * @returns the exit status
 * @throws ConfigError for the user's mistakes, before anything runs
 */
export async function runCommand(options: RunOptionValues, host: CliHost): Promise<number> {
  if (options.stats !== undefined) requireWritable(options.stats, '--stats');
  if (options.profile !== undefined) requireWritable(options.profile, '--profile');
  const config = machineConfig(options, host);
  const { createMachine } = await host.machines();
  const machine = await createMachine(config);
  host.favourGuest?.();
  try {
    const abort = new AbortController();
    let ended: Ended | undefined;
    const end = (by: Ended): void => {
      ended ??= by;
      abort.abort();
    };
    const timer = options.timeout === undefined ? undefined : setTimeout(() => end('by time-out'), options.timeout * 1000);
    const detach = attachConsole(machine.console, host, () => end('by user'));
    const profile = options.profile === undefined ? undefined : machine.profile();
    let result: RunResult;
    try {
      greet(machine, host);
      result = await machine.run({ signal: abort.signal, until: options.until });
    } finally {
      clearTimeout(timer);
      detach();
    }
    profile?.stop();
    if (options.stats !== undefined) writeJson(options.stats, JSON.stringify(machine.stats(), null, 2));
    if (profile && options.profile !== undefined) {
      writeJson(options.profile, JSON.stringify(profile.speedscope()));
      host.stderr.write(summaryText(profile.summary()));
    }
    return report(result, ended, options, host);
  } finally {
    await machine.dispose();
  }
}

/** Options as the embedding interface wants them, files read. */
function machineConfig(options: RunOptionValues, host: CliHost): MachineConfig {
  const optional = (path: string | undefined): InputFile | undefined => (path === undefined ? undefined : readInputFile(path));
  const monitor = fileURLToPath(new URL(MONITOR, host.packageRoot));
  return {
    machine: options.machine,
    cpu: options.cpu,
    memoryBytes: options.memory,
    smp: options.smp,
    kernel: options.kernel === undefined && options.firmware !== undefined ? undefined : readInputFile(options.kernel ?? monitor),
    firmware: optional(options.firmware),
    initrd: optional(options.initrd),
    dtb: optional(options.dtb),
    append: options.append,
    drives: options.drive?.map(openDrive),
    network: options.net === 'user' ? userNetwork() : undefined,
    shares: options.share?.map(shareFolder),
    mode: options.mode,
    jitThreshold: options.jitThreshold,
    jitSync: options.jitSync ?? false,
    icount: options.icount ?? false,
    startTimeMs: options.startTime,
    paravirt: options.paravirt === undefined ? undefined : options.paravirt === 'on',
    profiling: options.profile !== undefined,
    trace: options.trace,
    log: (line) => host.stderr.write(`${line}\n`),
  };
}

/** On a terminal, says how to get out again before the guest takes the keyboard. */
function greet(machine: Machine, host: CliHost): void {
  if (host.stdin.isTTY !== true) return;
  const { kernel, firmware } = machine.config;
  host.stderr.write(`powerjit: ${machine.config.machine} runs ${(kernel ?? firmware)?.name}; Ctrl-A x quits, Ctrl-A h helps\n`);
}

/** Tells how the run ended, where that is not plain from the console itself. */
function report(result: RunResult, ended: Ended | undefined, options: RunOptionValues, host: CliHost): number {
  const say = (text: string): void => void host.stderr.write(`powerjit: ${text}\n`);
  switch (result.reason) {
    case 'until':
      return EXIT_DONE;
    case 'power-off':
      if (host.stdin.isTTY === true) say('the guest switched itself off');
      return EXIT_DONE;
    case 'aborted':
      if (ended !== 'by time-out') {
        if (host.stdin.isTTY === true) host.stderr.write('\n');
        return EXIT_DONE;
      }
      say(`time-out after ${options.timeout} s${options.until ? ` without ${String(options.until)} on the console` : ''}`);
      return EXIT_TIME_OUT;
    case 'internal-error':
      say(`internal error: ${result.detail ?? 'no detail'}`);
      return EXIT_INTERNAL;
    case 'lockstep-difference':
      say(`interpreter and recompiler differ: ${result.detail ?? 'no detail'}`);
      return EXIT_INTERNAL;
  }
}

/**
 * Finds out before the run, not after it, that figures could not be written.
 * @throws ConfigError
 */
function requireWritable(path: string, option: string): void {
  try {
    if (existsSync(path)) {
      if (statSync(path).isDirectory()) throw new ConfigError('this is a folder', path, `give a file for ${option}`);
      accessSync(path, constants.W_OK);
      return;
    }
    // An empty or impossible name fails here as well.
    statSync(dirname(path));
    accessSync(dirname(path), constants.W_OK);
    if (path === '' || path.includes('\0')) throw new ConfigError('this is no file name', option, 'give a file');
  } catch (error) {
    throw error instanceof ConfigError ? error : writeMistake(error, path);
  }
}

function writeMistake(error: unknown, path: string): ConfigError {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') return new ConfigError('the file may not be written', path, 'check permissions');
  if (code === 'ENOENT') return new ConfigError('the folder for it does not exist', path, 'make it first');
  return fileMistake(error, path);
}

function writeJson(path: string, text: string): void {
  try {
    writeFileSync(path, `${text}\n`);
  } catch (error) {
    throw writeMistake(error, path);
  }
}
