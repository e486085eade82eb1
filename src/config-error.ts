/**
 * A user's mistake: a bad file, option or combination. It is thrown before anything is changed; the CLI prints
 * `message` in one line and exits with status 2.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  /**
   * @param what what is wrong, in a few words
   * @param where the file, option or property that is wrong
   * @param mend how to put it right
   */
  constructor(
    readonly what: string,
    readonly where: string,
    readonly mend: string,
  ) {
    super(`${where}: ${what}; ${mend}`.replace(/\s+/g, ' '));
  }
}
