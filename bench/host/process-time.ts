import { readdirSync, readFileSync } from 'node:fs';

/** Linux gives the times of /proc/PID/stat in units of 1/100 s to every program, whatever the kernel's own tick (proc(5), sysconf(3)). */
const TICKS_PER_SECOND = 100;

/** Fields of /proc/PID/stat after the name in parentheses: the third of proc(5) is number 0 here. */
const USER_TIME_FIELD = 11;
const SYSTEM_TIME_FIELD = 12;

/**
 * CPU seconds that all threads of a process have used so far.
 *
 * The sum over threads of /proc/PID/task/TID/schedstat has nanoseconds, but forgets threads that have ended; the group's own times in
 * /proc/PID/stat remember them in hundredths of a second. The greater is the better figure.
 *
 * @returns NaN when the process is gone or the host has no /proc
 */
export function processCpuSeconds(pid: number): number {
  const total = Math.max(threadSeconds(pid), groupSeconds(pid));
  return total < 0 ? NaN : total;
}

function threadSeconds(pid: number): number {
  try {
    let nanoseconds = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
    }
    return nanoseconds / 1e9;
  } catch {
    return -1; // A thread ended between the listing and the reading, the process is gone, or there is no schedstat.
  }
}

function groupSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(') ') + 2).split(' ');
    return (Number(fields[USER_TIME_FIELD]) + Number(fields[SYSTEM_TIME_FIELD])) / TICKS_PER_SECOND;
  } catch {
    return -1;
  }
}
