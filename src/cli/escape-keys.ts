const CTRL_A = 0x01;

/** What the user asked of the emulator, not of the guest. */
export type EscapeCommand = 'quit' | 'help' | 'unknown';

/** Shown for Ctrl-A h. */
export const ESCAPE_HELP = `
Ctrl-A x       quit
Ctrl-A h       this help
Ctrl-A Ctrl-A  send one Ctrl-A to the guest
Every other key, Ctrl-C included, goes to the guest.
`;

/**
 * Tells keys meant for the emulator from those meant for the guest: Ctrl-A begins a command. The key after Ctrl-A may come in a
 * later piece of input.
 */
export class EscapeKeys {
  #escaped = false;

  /** Takes typed bytes apart; `forGuest` keeps their order. */
  feed(bytes: Uint8Array): { readonly forGuest: Uint8Array; readonly commands: readonly EscapeCommand[] } {
    const forGuest: number[] = [];
    const commands: EscapeCommand[] = [];
    for (const byte of bytes) {
      if (!this.#escaped) {
        if (byte === CTRL_A) this.#escaped = true;
        else forGuest.push(byte);
        continue;
      }
      this.#escaped = false;
      const key = String.fromCharCode(byte).toLowerCase();
      if (byte === CTRL_A) forGuest.push(CTRL_A);
      else if (key === 'x') commands.push('quit');
      else if (key === 'h' || key === '?') commands.push('help');
      else commands.push('unknown');
    }
    return { forGuest: Uint8Array.from(forGuest), commands };
  }
}
