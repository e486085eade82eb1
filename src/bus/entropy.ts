/** Fills the array with random bytes that nobody can foretell. Runs that must repeat give a seeded generator instead. */
export type EntropySource = (bytes: Uint8Array) => void;
