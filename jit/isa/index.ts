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
import type { Instruction } from './inst.js';

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
];
