import { readdirSync, readFileSync } from 'node:fs';

/** Linux gives the times of /proc/PID/stat in units of 1/100 s to every program, whatever the kernel's own tick (proc(5), sysconf(3)). */
const TICKS_PER_SECOND = 100;

/** Fields of /proc/PID/stat after the name in parentheses: the third of proc(5) is number 0 here. */
const USER_TIME_FIELD = 11;
const SYSTEM_TIME_FIELD = 12;

/**
 * CPU seconds that all threads of a process, and of the running processes it started, have used so far.
 *
 * The sum over threads of /proc/PID/task/TID/schedstat has nanoseconds, but forgets threads that have ended; the group's own times in
 * /proc/PID/stat remember them in hundredths of a second. The greater is the better figure.
 *
 * @returns NaN when the process is gone or the host has no /proc
 */
export function processCpuSeconds(pid: number): number {
  const threads = listThreads(pid);
  const own = Math.max(threadSeconds(pid, threads), groupSeconds(pid));
  return own < 0 ? NaN : children(pid, threads).reduce((sum, child) => sum + (processCpuSeconds(child) || 0), own);
}

function listThreads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** -1 when a thread ended between the listing and the reading, the process is gone, or there is no schedstat. */
function threadSeconds(pid: number, threads: readonly string[]): number {
  try {
    const nanoseconds = (thread: string) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    return threads.length === 0 ? -1 : threads.reduce((sum, thread) => sum + nanoseconds(thread), 0) / 1e9;
  } catch {
    return -1;
  }
}

/** -1 when the process is gone. */
function groupSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
    return (Number(fields[USER_TIME_FIELD]) + Number(fields[SYSTEM_TIME_FIELD])) / TICKS_PER_SECOND;
  } catch {
    return -1;
  }
}

/** Processes that these threads started and that still run; none where the host's kernel does not tell. */
function children(pid: number, threads: readonly string[]): number[] {
  return threads.flatMap((thread) => {
    try {
      return readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
    } catch {
      return [];
    }
  });
}
