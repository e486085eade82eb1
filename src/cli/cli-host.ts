import type { MachineDescription } from '../index.js';
import type { Machine, MachineConfig } from '../machine-api.js';

/** A stream of typed characters: a terminal when `isTTY`, else a pipe or file. */
export interface KeyInput {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
  resume(): unknown;
  pause(): unknown;
}

/** Where text and guest output go. */
export interface TextOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(data: string | Uint8Array): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

/** The part of the embedding interface that the commands use. */
export interface MachineFactory {
  createMachine(config: MachineConfig): Promise<Machine>;
  machineTypes(): readonly MachineDescription[];
}

/** Everything outside the program that the commands touch; tests give their own. */
export interface CliHost {
  readonly stdin: KeyInput;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  /** The package's own folder, with a slash at its end: the embedded guest and package.json lie there. */
  readonly packageRoot: URL;
  /** Environment variables: where the user's cache is, and where programs are looked for. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Loads the machines on demand, so that help does not wait for them. */
  machines(): Promise<MachineFactory>;
  /** Gives the thread that runs guests the right of way over those that work for it. */
  favourGuest?(): void;
}
