import { CR_OFFSET, CTR_OFFSET, LR_OFFSET } from '../abi/layout.js';
import { VAR_CR, VAR_CTR, VAR_FPR, VAR_LR, VAR_SO } from './ir.js';

/** State offsets of the variables, for interpreter handlers and spills. */
export const variableOffset = (v: number): number => {
  if (v < VAR_LR) return 8 * v;
  if (v === VAR_LR) return LR_OFFSET;
  if (v === VAR_CTR) return CTR_OFFSET;
  if (v < VAR_CR) return 0x140 + 4 * (v - VAR_SO);
  if (v < VAR_CR + 8) return CR_OFFSET + 4 * (v - VAR_CR);
  return 0x408 + 16 * (v - VAR_FPR);
};
