import type { CpuModel } from '../../jit/isa/cpus/index.js';
import type { Decoder } from '../../jit/isa/decoder.js';
import { insert } from '../../jit/isa/inst.js';
import { numbers } from './objdump.js';

/** Words of every definition of a model with random operands, `each` of them; reserved bits are 0. */
export function samples(model: CpuModel, decoder: Decoder, each: number): number[] {
  const random = numbers(model.pvr);
  return decoder.instructions.flatMap((inst) => {
    const fields = inst.operands.flatMap((o) => o.fields);
    const operands = fields.reduce((mask, f) => insert(mask, { ...f, shift: 0 }, -1), 0);
    return Array.from({ length: each }, (_, n) => {
      // Sparse words make the special cases: registers 0, shifts by 0, no hints.
      const bits = n % 3 === 0 ? random() : n % 3 === 1 ? random() & random() : random() & random() & random();
      return ((bits & operands) | inst.match) >>> 0;
    });
  });
}
