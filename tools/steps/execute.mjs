import { spawn } from 'node:child_process';
import { ROOT } from './root.mjs';

/**
 * Runs a program in the package's folder and shows what it prints.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ limitSeconds?: number }} [options] after `limitSeconds` the program and all it started are killed
 * @returns {Promise<{ status: number, timedOut: boolean }>}
 */
export function execute(command, args, { limitSeconds } = {}) {
  return new Promise((resolve, reject) => {
    // A group of its own, so that a time-out also ends the workers that the program started.
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
    const killGroup = () => {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
    };
    const interrupted = () => {
      killGroup();
      process.exit(130);
    };
    let timedOut = false;
    const timer =
      limitSeconds &&
      setTimeout(() => {
        timedOut = true;
        killGroup();
      }, limitSeconds * 1000);
    process.once('SIGINT', interrupted);
    process.once('SIGTERM', interrupted);
    const finish = () => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
    };
    child.on('error', (error) => {
      finish();
      reject(error);
    });
    child.on('close', (status) => {
      finish();
      resolve({ status: status ?? 1, timedOut });
    });
  });
}

/**
 * Runs a program and keeps what it prints, which is shown only when it fails.
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {Promise<void>} rejected with the output when the program fails
 */
export function executeQuietly(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (data) => output.push(data));
    child.stderr.on('data', (data) => output.push(data));
    child.on('error', reject);
    child.on('close', (status) => (status === 0 ? resolve() : reject(new Error(Buffer.concat(output).toString().trim()))));
  });
}
