/** What the process's exit status says; scripts rely on these numbers. */

/** The guest switched itself off, the awaited output was seen, or the user quit. */
export const EXIT_DONE = 0;
/** The user's mistake: a bad option, file or combination. */
export const EXIT_USER_MISTAKE = 2;
/** `--timeout` ran out. */
export const EXIT_TIME_OUT = 3;
/** A defect of ours: an internal error or a lockstep difference. */
export const EXIT_INTERNAL = 4;
