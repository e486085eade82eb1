import { CR_OFFSET, CTR_OFFSET, FPR_OFFSET, FPR_STRIDE, LR_OFFSET, VSR_OFFSET, XER_SO_OFFSET } from '../abi/layout.js';
import { F64, I32, V128, VAR_CR, VAR_CTR, VAR_FPR, VAR_LR, VAR_SO, VAR_VR, VAR_VSR_LOW, type IrType } from './ir.js';

/** State offsets of the variables, for interpreter handlers and spills. */
export const variableOffset = (v: number): number => {
  if (v < VAR_LR) return 8 * v;
  if (v === VAR_LR) return LR_OFFSET;
  if (v === VAR_CTR) return CTR_OFFSET;
  if (v < VAR_CR) return XER_SO_OFFSET + 4 * (v - VAR_SO);
  if (v < VAR_CR + 8) return CR_OFFSET + 4 * (v - VAR_CR);
  if (v < VAR_VR) return FPR_OFFSET + FPR_STRIDE * (v - VAR_FPR);
  if (v < VAR_VSR_LOW) return VSR_OFFSET + 16 * (32 + v - VAR_VR);
  return VSR_OFFSET + 16 * (v - VAR_VSR_LOW);
};

/** Type of a variable, on a model whose Words are of type `word`. */
export const variableType = (v: number, word: IrType): IrType =>
  v <= VAR_CTR ? word : v < VAR_FPR ? I32 : v >= VAR_VR && v < VAR_VSR_LOW ? V128 : F64;
