/** Differences from QEMU 7.2 that are not ours to mend. */
import type { Case, Explanation } from './case.js';
import type { Difference } from './state.js';

/** Takes away what the architecture's explanations explain. */
export function explain(c: Case, found: readonly Difference[]): { readonly rest: Difference[]; readonly used: Explanation[] } {
  const used = new Set<Explanation>();
  const rest = found.flatMap((d) => {
    let bits = d.bits;
    for (const e of c.arch.explanations) {
      const mask = e.explains(c, d) & bits;
      if (mask === 0) continue;
      used.add(e);
      bits = (bits & ~mask) >>> 0;
    }
    return bits === 0 ? [] : [{ word: d.word, bits }];
  });
  return { rest, used: [...used] };
}
