/**
 * The classic floating-point facility: everything that generated code, interpreter and runtime may call.
 *
 * Names of instructions stand for the functions on doubles that try native arithmetic first; `…Exact` are the same instructions on bit
 * patterns, always through the exact path. Every function that can be suppressed by an enabled exception takes the old target last and
 * returns it then.
 */

export { faddExact, faddsExact, fsubExact, fsubsExact } from './add';
export { fcmpo, fcmpoExact, fcmpu, fcmpuExact, fsel, ftdiv, ftsqrt } from './compare';
export { fdivExact, fdivsExact } from './divide';
export { freExact, fresExact, frsqrteExact, frsqrtesExact } from './estimate';
export {
  fcfid,
  fcfids,
  fcfidu,
  fcfidus,
  fctid,
  fctidu,
  fctiduz,
  fctidz,
  fctiw,
  fctiwu,
  fctiwuz,
  fctiwz,
  fre,
  fres,
  frim,
  frin,
  frip,
  friz,
  frsqrte,
  frsqrtes,
} from './fast-convert';
export { fadd, fdiv, fmul, fsqrt, fsub } from './fast-double';
export { fmadd, fmadds, fmsub, fmsubs, fnmadd, fnmadds, fnmsub, fnmsubs } from './fast-fused';
export { fadds, fdivs, fmuls, frsp, fsqrts, fsubs } from './fast-single';
export { enabledExceptionPending, mcrfs, mtfsb0, mtfsb1, mtfsf, mtfsfi, readFpscr, writeFpscr } from './fpscr';
export { fcfidExact, fcfidsExact, fcfiduExact, fcfidusExact } from './from-integer';
export { fmaddExact, fmaddsExact, fmsubExact, fmsubsExact, fnmaddExact, fnmaddsExact, fnmsubExact, fnmsubsExact } from './fused';
export { fctidExact, fctiduExact, fctiduzExact, fctidzExact, fctiwExact, fctiwuExact, fctiwuzExact, fctiwzExact } from './integer';
export { materializeFpscr } from './materialize';
export { fmulExact, fmulsExact } from './multiply';
export { frimExact, frinExact, fripExact, frizExact } from './round-to-integer';
export { doubleFromSingle, frspExact, singleFromDouble } from './single';
export { fsqrtExact, fsqrtsExact } from './square-root';
