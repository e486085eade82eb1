import type { HashPageTable } from './hash-page-table.js';
import { GROUP_WORDS, HPTE_BOLTED, HPTE_SECONDARY, HPTE_VALID, HPTE_WORDS, V_LOW } from './hpte.js';
import { VirtualPage } from './virtual-page.js';

/**
 * Enters the bolted entries of a table into an empty one of another size; all others are left out, as PAPR has it for a table's
 * change of size. An entry keeps its hash (primary or secondary) and, if it can, its place in the group.
 *
 * @param words the empty table, from HashPageTable.allocate
 * @returns false when a group has no room for all its bolted entries
 */
export function rehashBolted(table: HashPageTable, words: Int32Array): boolean {
  const page = new VirtualPage();
  const mask = words.length / GROUP_WORDS - 1;
  for (let entry = 0; entry < table.entries; entry++) {
    const from = entry * HPTE_WORDS;
    const vLow = table.words[from + V_LOW];
    if (!(vLow & HPTE_BOLTED) || !page.read(table.words, entry)) continue;
    const hash = vLow & HPTE_SECONDARY ? ~page.hash() : page.hash();
    const group = ((hash & mask) >>> 0) * GROUP_WORDS;
    let at = group + (from % GROUP_WORDS);
    for (let n = 0; words[at + V_LOW] & HPTE_VALID; n++) {
      if (n * HPTE_WORDS === GROUP_WORDS) return false;
      at = group + n * HPTE_WORDS;
    }
    for (let k = 0; k < HPTE_WORDS; k++) words[at + k] = table.words[from + k];
  }
  return true;
}
