import { readFileSync } from 'node:fs';

/** Linux tells each thread's time on a processor here, in ns, as the first number. */
const SCHEDULER_FILE = '/proc/thread-self/schedstat';

/** A clock of the CPU time of the thread that calls it, in ms; of elapsed time where the system does not tell. */
export function threadCpuClock(): () => number {
  const read = () => Number(readFileSync(SCHEDULER_FILE, 'utf8').split(' ')[0]) / 1e6;
  try {
    read();
    return read;
  } catch {
    return () => performance.now();
  }
}
