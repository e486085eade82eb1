import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { ConfigError } from '../config-error.js';
import type { CliHost } from './cli-host.js';
import { EXIT_DONE, EXIT_INTERNAL, EXIT_USER_MISTAKE } from './exit-status.js';
import type { DisasmOptionValues } from './disasm-command.js';
import { DISASM_HELP, disasmCommand } from './disasm-command.js';
import type { DumpOptionValues } from './dump-command.js';
import { DUMP_HELP, dumpCommand } from './dump-command.js';
import type { GetOptionValues } from './get-options.js';
import { addGetOptions, GET_HELP } from './get-options.js';
import { machinesCommand } from './machines-command.js';
import { parseAddress, parseCount } from './option-values.js';
import { runCommand } from './run-command.js';
import type { RunOptionValues } from './run-options.js';
import { addRunOptions, RUN_HELP } from './run-options.js';

const ABOUT = `A PowerPC computer in JavaScript: whole systems run unmodified, their code recompiled to WebAssembly.`;

const HELP = `
Start here:
  $ powerjit run                      a small monitor, built in: nothing else is needed
  $ powerjit run --kernel vmlinux --initrd rootfs.cpio.gz --append "console=ttyS0"
  $ powerjit get debian               Debian's own kernel with a shell, fetched by this machine's apt
  $ powerjit help run                 all options, with examples
`;

/**
 * The whole command line program.
 * @param args what follows the program's name
 * @returns the exit status; nothing is thrown
 */
export async function main(args: readonly string[], host: CliHost): Promise<number> {
  let status = EXIT_DONE;
  // A reader that went away (`| head`) is no error; commands that print much look for it themselves.
  host.stdout.on('error', ignore);
  host.stderr.on('error', ignore);
  const program = createProgram(host, (value) => (status = value));
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : args, { from: 'user' });
    return status;
  } catch (error) {
    return explain(error, host);
  } finally {
    host.stdout.off('error', ignore);
    host.stderr.off('error', ignore);
  }
}

const ignore = (): void => undefined;

/** Turns whatever was thrown into words on standard error and an exit status. */
function explain(error: unknown, host: CliHost): number {
  if (error instanceof CommanderError) {
    // No command at all shows the help, as --help does.
    if (error.exitCode === 0 || error.code === 'commander.help') return EXIT_DONE;
    const help = 'see `powerjit help`';
    host.stderr.write(oneLine(`${error.message.replace(/^error: /, '')}; ${help}`));
    return EXIT_USER_MISTAKE;
  }
  if (error instanceof ConfigError) {
    host.stderr.write(oneLine(error.message));
    return EXIT_USER_MISTAKE;
  }
  host.stderr.write(`powerjit: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT_INTERNAL;
}

/** Words of the user may hold anything: control characters would spoil the terminal, line ends the one line. */
function oneLine(text: string): string {
  return `powerjit: ${text.replace(/[\p{Cc}\s]+/gu, ' ').trim()}\n`;
}

function createProgram(host: CliHost, finish: (status: number) => void): Command {
  const program = new Command('powerjit')
    .description(ABOUT)
    .version(packageVersion(host), '-V, --version', 'print the version')
    .helpCommand('help [command]', 'explain a command')
    .addHelpText('after', HELP)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stdout.write(text),
      // main() prints errors, in one line.
      outputError: () => undefined,
      getOutHelpWidth: () => host.stdout.columns ?? 120,
      getErrHelpWidth: () => host.stderr.columns ?? 120,
    });

  addRunOptions(program.command('run').description('start a machine; its console is this terminal'))
    .addHelpText('after', RUN_HELP)
    .action(async (options: RunOptionValues) => finish(await runCommand(options, host)));

  addCodeFile(program.command('disasm').description('print the instructions of a program, kernel or raw binary'))
    .option('--start <address|symbol>', 'where to begin (default: everything)')
    .addOption(new Option('--count <n>', 'how many instructions').argParser(parseCount('--count', 1)))
    .addHelpText('after', DISASM_HELP)
    .action(async (file: string, options: DisasmOptionValues) => finish(await disasmCommand(file, options, host)));

  addCodeFile(program.command('dump').description('show guest code, its effects and the WebAssembly made from it side by side'))
    .argument('<address|symbol>', 'an address inside the code')
    .addOption(new Option('--msr <value>', 'machine state to compile for').argParser(parseAddress('--msr')).default(0n, '0'))
    .addOption(new Option('--limit <n>', 'at most so many instructions').argParser(parseCount('--limit', 1)))
    .addHelpText('after', DUMP_HELP)
    .action(async (file: string, at: string, options: DumpOptionValues) => finish(await dumpCommand(file, at, options, host)));

  addGetOptions(program.command('get').description('fetch a guest: an unmodified system, ready to run'))
    .addHelpText('after', GET_HELP)
    .action(async (guest: string, options: GetOptionValues) => {
      // Packages and archives concern only this command.
      const { getCommand } = await import('./get-command.js');
      finish(await getCommand(guest, options, host));
    });

  program
    .command('machines')
    .description('list the machines there are')
    .action(async () => finish(await machinesCommand(host)));

  return program;
}

/** The file of guest code that a command looks into, and how to read it. */
function addCodeFile(command: Command): Command {
  return command
    .argument('<file>', 'ELF, uImage, gzip of one, or raw with --base')
    .option('--cpu <model>', 'CPU model whose instructions are known', '440EP')
    .addOption(new Option('--base <address>', 'address of the first byte of a raw binary').argParser(parseAddress('--base')))
    .option('--little-endian', 'the raw binary is little-endian');
}

function packageVersion(host: CliHost): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', host.packageRoot), 'utf8'));
  return manifest !== null && typeof manifest === 'object' && 'version' in manifest ? String(manifest.version) : 'unknown';
}
