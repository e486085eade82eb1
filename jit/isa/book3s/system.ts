/** Book III-S chapters 3 and 4: returns from interrupts and the MSR. */
import { MSR_OFFSET } from '../../abi/layout.js';
import { setMsrBits, writeMsr, returnFrom } from '../book3e/system.js';
import { X, inst } from '../inst.js';
import { RS, immediate } from '../operands.js';
import { MSR } from '../registers.js';

/** L of mtmsr and mtmsrd: 1 changes EE and RI only. */
const L = immediate('L', { name: 'L15', from: 15, to: 15 });

const QUIET = (MSR.EE.mask | MSR.RI.mask) >>> 0;
const SRR0 = 26;
const HSRR0 = 314;

export const SYSTEM_S = [
  inst('rfi', X(19, 50), [], { see: 'PEM32 8, rfi', needs: ['book3s'], absent: ['64bit'], privileged: true }, (e) => returnFrom(e, SRR0)),
  inst('rfid', X(19, 18), [], { see: 'III-S 3.3.1', needs: ['book3s'], only64: true, privileged: true }, (e) => returnFrom(e, SRR0)),
  inst('hrfid', X(19, 274), [], { see: 'III-S 3.3.1', needs: ['book3s', 'hypervisor'], only64: true, privileged: true }, (e) =>
    returnFrom(e, HSRR0),
  ),

  // On 64-bit models the upper half of the MSR stays as it is.
  inst('mtmsr', X(31, 146), [RS, L], { see: 'III-S 4.4.4', needs: ['book3s'], privileged: true }, (e, { RS, L }) => {
    const low = e.low32(RS.get());
    e.when(e.ne(L, e.i32(0)), () => setMsrBits(e, QUIET, low), () => {
      const upper = e.width === 64 ? e.and(e.msr.get(), e.wordOfI64(e.i64(-1, 0))) : e.word(0);
      writeMsr(e, e.or(upper, e.extU(low)), QUIET);
    }); // prettier-ignore
  }),
  inst('mtmsrd', X(31, 178), [RS, L], { see: 'III-S 4.4.4', needs: ['book3s'], only64: true, privileged: true }, (e, { RS, L }) => {
    const value = RS.get();
    e.when(e.ne(L, e.i32(0)), () => setMsrBits(e, QUIET, e.low32(value)), () => {
      const upper = (v: typeof value) => e.low32Of64(e.shrU(e.i64OfWord(v), e.i64(0, 32)));
      const others = e.or(
        e.and(e.xor(e.state32(MSR_OFFSET).get(), e.low32(value)), e.i32(~QUIET)),
        e.xor(upper(value), upper(e.msr.get())),
      );
      e.when(e.eq(others, e.i32(0)), () => setMsrBits(e, QUIET, e.low32(value)), () => {
        e.call('writeMsr', value);
        e.resync();
      });
    }); // prettier-ignore
  }),
];
