/** Differences from QEMU 7.2 that are not ours to mend: the whole table. */
import type { Case, Explanation } from './case.js';
import { FIXED_EXPLANATIONS } from './explained-fixed.js';
import { FLOAT_EXPLANATIONS } from './explained-float.js';
import type { Difference } from './state.js';

export const EXPLANATIONS: readonly Explanation[] = [...FIXED_EXPLANATIONS, ...FLOAT_EXPLANATIONS];

/** Takes away what is explained. */
export function explain(c: Case, found: readonly Difference[]): { readonly rest: Difference[]; readonly used: Explanation[] } {
  const used = new Set<Explanation>();
  const rest = found.flatMap((d) => {
    let bits = d.bits;
    for (const e of EXPLANATIONS) {
      const mask = e.explains(c, d) & bits;
      if (mask === 0) continue;
      used.add(e);
      bits = (bits & ~mask) >>> 0;
    }
    return bits === 0 ? [] : [{ word: d.word, bits }];
  });
  return { rest, used: [...used] };
}
