import type { ConsolePort } from '../machine-api.js';
import type { CliHost } from './cli-host.js';
import { ESCAPE_HELP, EscapeKeys } from './escape-keys.js';

/** Host services of a console. */
export type ConsoleHost = Pick<CliHost, 'stdin' | 'stdout' | 'stderr'>;

/**
 * Joins a guest's console to standard input and output. A terminal is put into raw mode, where Ctrl-A begins a command; from a
 * pipe or file every byte goes to the guest as it is, and its end ends nothing.
 *
 * @param quit called when the user wants to leave, or when nobody reads the output any more
 * @returns gives standard input and output back, in their former mode
 */
export function attachConsole(port: ConsolePort, host: ConsoleHost, quit: () => void): () => void {
  const { stdin, stdout, stderr } = host;
  const interactive = stdin.isTTY === true;
  const keys = new EscapeKeys();

  const typed = (bytes: Uint8Array): void => {
    if (!interactive) {
      port.input(bytes);
      return;
    }
    const { forGuest, commands } = keys.feed(bytes);
    if (forGuest.length > 0) port.input(forGuest);
    for (const command of commands) {
      if (command === 'quit') quit();
      else stderr.write(command === 'help' ? ESCAPE_HELP : '\npowerjit: no such command; Ctrl-A h shows them\n');
    }
  };
  // A closed pipe (`| head`) or a vanished terminal ends the run; there is nobody to tell.
  const gone = (): void => quit();

  const detachOutput = port.onOutput((bytes) => stdout.write(bytes));
  stdout.on('error', gone);
  stdin.on('error', gone);
  stdin.on('data', typed);
  if (interactive) stdin.setRawMode?.(true);
  stdin.resume();

  return () => {
    detachOutput();
    stdin.off('data', typed);
    stdin.off('error', gone);
    stdout.off('error', gone);
    if (interactive) stdin.setRawMode?.(false);
    stdin.pause();
  };
}
