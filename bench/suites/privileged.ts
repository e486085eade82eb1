import { converse, type Conversation, type Expectation } from '../host/conversation.js';
import { PROJECT, powerjit, qemu, type Emulator } from '../host/emulators.js';
import { showProgress } from '../progress.js';
import type { InstructionCost, PrivilegedResult } from '../results.js';
import { withStatisticsFile } from './boot.js';
import type { LinuxGuest } from './linux-guest.js';
import { MEMORY_LIMIT } from './self-patching-kernel.js';

/** The ways to execute privileged instructions. In trap mode guest code runs as under a hypervisor: each of them is an exit. */
export const PRIVILEGED_EMULATORS: readonly Emulator[] = [
  qemu,
  powerjit('inline', 'jit, inlined', ['--mode', 'jit', '--paravirt', 'off']),
  powerjit('inline-paravirt', 'jit, paravirt', ['--mode', 'jit', '--paravirt', 'on']),
  powerjit('trap', 'trap', ['--mode', 'trap', '--paravirt', 'off']),
  powerjit('trap-paravirt', 'trap, paravirt', ['--mode', 'trap', '--paravirt', 'on']),
];

const MONITOR = `${PROJECT}guests/monitor/monitor.elf`;
const PROMPT = /powerjit> $/;

/** The monitor's table is asked for this often: the last one has no translation in it. */
const MONITOR_REPETITIONS = 3;

export interface PrivilegedOptions {
  readonly samples: number;
  readonly timeoutSeconds: number;
  /**
   * Programs that the shell starts one after another: first those after which translation is mostly over (what a program executes once gets hot
   * only after as many programs as the threshold says), then the measured ones.
   */
  readonly programs: { readonly warmUp: number; readonly measured: number };
}

/**
 * Measures what privileged instructions cost: single ones by the monitor's `paravirt` command, and all together in Linux while a
 * shell starts programs.
 * @param guest the reason, in one line, when there is no Linux
 */
export async function runPrivileged(guest: LinuxGuest | string, options: PrivilegedOptions): Promise<Record<string, PrivilegedResult>> {
  const results: Record<string, PrivilegedResult> = {};
  const progress = showProgress('privileged instructions', PRIVILEGED_EMULATORS.length * (options.samples + 2));
  for (const emulator of PRIVILEGED_EMULATORS) {
    progress.step(`monitor, ${emulator.title}`);
    const missing = emulator.missing() ?? (typeof guest === 'string' ? guest : undefined);
    const forkExec = { samples: [], ...(missing === undefined ? {} : { unavailable: missing }) };
    results[emulator.name] = { title: emulator.title, ...(await monitorCosts(emulator, options.timeoutSeconds)), forkExec };
  }
  for (let round = 0; round < options.samples && typeof guest !== 'string'; round++) {
    for (const emulator of PRIVILEGED_EMULATORS) {
      progress.step(`fork and exec, ${emulator.title}`);
      await forkExecSample(guest, emulator, results[emulator.name], options);
    }
  }
  for (const emulator of PRIVILEGED_EMULATORS) {
    progress.step(`exits before the load, ${emulator.title}`);
    if (typeof guest !== 'string') await subtractExitsBefore(guest, emulator, results[emulator.name], options);
  }
  progress.end();
  return results;
}

type Costs = Pick<PrivilegedResult, 'costs' | 'costsUnavailable'>;

async function monitorCosts(emulator: Emulator, timeoutSeconds: number): Promise<Costs> {
  const missing = emulator.missing();
  if (missing !== undefined) return { costs: [], costsUnavailable: missing };
  const asked: Expectation[] = Array.from({ length: MONITOR_REPETITIONS }, () => ({ pattern: PROMPT, send: 'paravirt\n' }));
  const conversation = await converse(emulator.command({ kernel: MONITOR }), [...asked, { pattern: PROMPT }], {
    timeoutSeconds,
    atEnd: 'stop',
  });
  if (conversation.failure !== undefined) return { costs: [], costsUnavailable: conversation.failure };
  return { costs: parseCosts(conversation.output) };
}

/** The last table of the monitor's `paravirt` command, in nanoseconds by the frequency that its banner gives. */
export function parseCosts(output: string): InstructionCost[] {
  const megahertz = Number(/timebase ([\d.]+) MHz/.exec(output)?.[1]);
  const table = output.slice(output.lastIndexOf('ticks each'));
  return [...table.matchAll(/^ +(\S.*?) +(\d+\.\d\d)(?: +(\d+\.\d\d))?\r?$/gm)].map(([, instruction, ticks, pageTicks]) => ({
    instruction,
    nanoseconds: (Number(ticks) / megahertz) * 1000,
    magicPageNanoseconds: pageTicks === undefined ? null : (Number(pageTicks) / megahertz) * 1000,
  }));
}

const BEGIN = 'FORKBEGIN';
const END = 'FORKEND';
/** The guest's terminal echoes what is typed: quotes keep the echo from looking like the answer. */
const quoted = (word: string) => word.replace('FORK', "FORK''");
const loop = (count: number) => `i=0; while [ $i -lt ${count} ]; do /bin/true; i=$((i+1)); done`;

/** Linux up to a shell that starts programs; powerjit ends, and writes its statistics, when `until` is printed. */
async function startPrograms(
  guest: LinuxGuest,
  emulator: Emulator,
  options: PrivilegedOptions,
  until: string,
  statistics: string,
): Promise<Conversation> {
  const command = emulator.command({
    kernel: guest.patchingKernel,
    initrd: guest.initrd,
    append: `console=ttyS0 end=reboot shell ${MEMORY_LIMIT}`,
    until,
    statistics,
  });
  const typed = `${loop(options.programs.warmUp)}; echo ${quoted(BEGIN)}; ${loop(options.programs.measured)}; echo ${quoted(END)}\n`;
  const expectations = [
    { pattern: /SHELL \(exit/ },
    { pattern: /\/ # /, send: typed },
    { pattern: new RegExp(BEGIN) },
    { pattern: new RegExp(END) },
  ];
  const wanted = until === END ? expectations : expectations.slice(0, -1);
  // QEMU does not know `until`: it is stopped.
  return converse(command, wanted, { timeoutSeconds: options.timeoutSeconds, atEnd: emulator === qemu ? 'stop' : 'wait' });
}

async function forkExecSample(guest: LinuxGuest, emulator: Emulator, result: PrivilegedResult, options: PrivilegedOptions): Promise<void> {
  const { forkExec } = result;
  if (forkExec.unavailable !== undefined) return;
  await withStatisticsFile(async (file, read) => {
    const { reached, failure } = await startPrograms(guest, emulator, options, END, file);
    if (failure !== undefined) {
      forkExec.unavailable = failure;
      forkExec.samples.length = 0;
      return;
    }
    const [, , begin, end] = reached;
    forkExec.samples.push({ wallSeconds: end.wallSeconds - begin.wallSeconds, cpuSeconds: end.cpuSeconds - begin.cpuSeconds });
    forkExec.exits = { ...read()?.exits };
  });
}

/** Takes the exits of the same run up to the load away from those of the whole: what is left belongs to the load. */
async function subtractExitsBefore(
  guest: LinuxGuest,
  emulator: Emulator,
  result: PrivilegedResult,
  options: PrivilegedOptions,
): Promise<void> {
  const { forkExec } = result;
  if (!forkExec.exits || Object.keys(forkExec.exits).length === 0) {
    delete forkExec.exits;
    return;
  }
  const whole = forkExec.exits;
  await withStatisticsFile(async (file, read) => {
    await startPrograms(guest, emulator, options, BEGIN, file);
    const before = read()?.exits;
    if (before)
      forkExec.exits = Object.fromEntries(
        Object.entries(whole).map(([reason, count]) => [reason, Math.max(0, count - (before[reason] ?? 0))]),
      );
    else delete forkExec.exits;
  });
}
