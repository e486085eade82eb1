/** All instruction definitions. What a CPU model decodes is for the decoder to choose, by features and width. */
import { BRANCH } from './book1/branch.js';
import { CONDITION_REGISTER } from './book1/condition-register.js';
import { FIXED_POINT_ARITHMETIC } from './book1/fixed-point-arithmetic.js';
import { FIXED_POINT_BITS } from './book1/fixed-point-bits.js';
import { FIXED_POINT_COMPARE } from './book1/fixed-point-compare.js';
import { FIXED_POINT_DECIMAL } from './book1/fixed-point-decimal.js';
import { FIXED_POINT_EXTENDED_DIVIDE } from './book1/fixed-point-extended-divide.js';
import { FIXED_POINT_LOAD } from './book1/fixed-point-load.js';
import { FIXED_POINT_LOGICAL } from './book1/fixed-point-logical.js';
import { FIXED_POINT_MULTIPLE } from './book1/fixed-point-multiple.js';
import { FIXED_POINT_MULTIPLY } from './book1/fixed-point-multiply.js';
import { FIXED_POINT_ROTATE } from './book1/fixed-point-rotate.js';
import { FIXED_POINT_STORE } from './book1/fixed-point-store.js';
import { FLOATING_POINT_ARITHMETIC } from './book1/floating-point-arithmetic.js';
import { FLOATING_POINT_COMPARE } from './book1/floating-point-compare.js';
import { FLOATING_POINT_CONVERT } from './book1/floating-point-convert.js';
import { FLOATING_POINT_LOAD } from './book1/floating-point-load.js';
import { FLOATING_POINT_MOVE } from './book1/floating-point-move.js';
import { FLOATING_POINT_STATUS } from './book1/floating-point-status.js';
import { FLOATING_POINT_STORE } from './book1/floating-point-store.js';
import { CACHE } from './book2/cache.js';
import { RESERVATION } from './book2/reservation.js';
import { SYNCHRONIZATION } from './book2/synchronization.js';
import { TRANSACTIONAL_MEMORY } from './book2/transactional-memory.js';
import { MAC } from './book3e/mac.js';
import { SPR_ACCESS } from './book3e/spr-access.js';
import { STORAGE_CONTROL } from './book3e/storage-control.js';
import { SYSTEM } from './book3e/system.js';
import { STORAGE_CONTROL_S } from './book3s/storage-control.js';
import { SYSTEM_S } from './book3s/system.js';
import { DECIMAL_ARITHMETIC } from './dfp/arithmetic.js';
import { DECIMAL_CONVERSION } from './dfp/conversion.js';
import { DECIMAL_QUANTUM } from './dfp/quantum.js';
import type { Instruction } from './inst.js';
import { VECTOR_DECIMAL } from './vmx/decimal.js';
import { VECTOR_BITS } from './vmx/vector-bits.js';
import { VECTOR_CRYPTO } from './vmx/vector-crypto.js';
import { VECTOR_FLOAT } from './vmx/vector-float.js';
import { VECTOR_FLOAT_CONVERT } from './vmx/vector-float-convert.js';
import { VECTOR_INTEGER_ADD } from './vmx/vector-integer-add.js';
import { VECTOR_INTEGER_COMPARE } from './vmx/vector-integer-compare.js';
import { VECTOR_INTEGER_MULTIPLY } from './vmx/vector-integer-multiply.js';
import { VECTOR_INTEGER_SHIFT } from './vmx/vector-integer-shift.js';
import { VECTOR_INTEGER_SUM } from './vmx/vector-integer-sum.js';
import { VECTOR_LOAD } from './vmx/vector-load.js';
import { VECTOR_PACK } from './vmx/vector-pack.js';
import { VECTOR_PERMUTE } from './vmx/vector-permute.js';
import { VECTOR_STATUS } from './vmx/vector-status.js';
import { VECTOR_STORE } from './vmx/vector-store.js';
import { VSX_COMPARE } from './vsx/compare.js';
import { VSX_CONVERT } from './vsx/convert.js';
import { VSX_LOGICAL } from './vsx/logical.js';
import { VSX_MOVE } from './vsx/move.js';
import { VSX_SCALAR_ARITHMETIC } from './vsx/scalar-arithmetic.js';
import { VSX_STORAGE_ACCESS } from './vsx/storage-access.js';
import { VSX_VECTOR_ARITHMETIC } from './vsx/vector-arithmetic.js';

export const INSTRUCTIONS: readonly Instruction[] = [
  ...BRANCH,
  ...CONDITION_REGISTER,
  ...FIXED_POINT_ARITHMETIC,
  ...FIXED_POINT_MULTIPLY,
  ...FIXED_POINT_EXTENDED_DIVIDE,
  ...FIXED_POINT_DECIMAL,
  ...FIXED_POINT_COMPARE,
  ...FIXED_POINT_LOGICAL,
  ...FIXED_POINT_BITS,
  ...FIXED_POINT_ROTATE,
  ...FIXED_POINT_LOAD,
  ...FIXED_POINT_STORE,
  ...FIXED_POINT_MULTIPLE,
  ...FLOATING_POINT_LOAD,
  ...FLOATING_POINT_STORE,
  ...FLOATING_POINT_MOVE,
  ...FLOATING_POINT_ARITHMETIC,
  ...FLOATING_POINT_CONVERT,
  ...FLOATING_POINT_COMPARE,
  ...FLOATING_POINT_STATUS,
  ...DECIMAL_ARITHMETIC,
  ...DECIMAL_QUANTUM,
  ...DECIMAL_CONVERSION,
  ...CACHE,
  ...RESERVATION,
  ...SYNCHRONIZATION,
  ...TRANSACTIONAL_MEMORY,
  ...SPR_ACCESS,
  ...SYSTEM,
  ...STORAGE_CONTROL,
  ...MAC,
  ...SYSTEM_S,
  ...STORAGE_CONTROL_S,
  ...VECTOR_LOAD,
  ...VECTOR_STORE,
  ...VECTOR_PACK,
  ...VECTOR_PERMUTE,
  ...VECTOR_INTEGER_ADD,
  ...VECTOR_INTEGER_MULTIPLY,
  ...VECTOR_INTEGER_SUM,
  ...VECTOR_INTEGER_COMPARE,
  ...VECTOR_INTEGER_SHIFT,
  ...VECTOR_FLOAT,
  ...VECTOR_FLOAT_CONVERT,
  ...VECTOR_CRYPTO,
  ...VECTOR_DECIMAL,
  ...VECTOR_BITS,
  ...VECTOR_STATUS,
  ...VSX_STORAGE_ACCESS,
  ...VSX_MOVE,
  ...VSX_SCALAR_ARITHMETIC,
  ...VSX_VECTOR_ARITHMETIC,
  ...VSX_COMPARE,
  ...VSX_CONVERT,
  ...VSX_LOGICAL,
];
