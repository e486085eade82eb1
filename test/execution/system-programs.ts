/** Definitions that are tested by programs (system.test.ts), not by vectors. */
export const SYSTEM_MNEMONICS: ReadonlySet<string> = new Set([
  'mfspr', 'mtspr', 'mftb', 'sc', 'rfi', 'rfci', 'rfmci', 'mfmsr', 'mtmsr', 'wrtee', 'wrteei', 'mfdcr', 'mtdcr', 'tlbre', 'tlbwe', 'tlbsx',
  'tlbsync', 'iccci', 'dccci', 'icread', 'dcread',
]); // prettier-ignore
