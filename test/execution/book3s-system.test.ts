import { describe, expect, it } from 'vitest';
import { BareCpu64 } from '../support/bare-cpu64.js';

const MODES = ['interp', 'jit'] as const;
const ENDIANS = ['big', 'little'] as const;
const EVERYWHERE = MODES.flatMap((mode) => ENDIANS.map((endian) => [mode, endian] as const));

/** A bit of the MSR as the manual numbers it. */
const bit = (n: number): bigint => 1n << BigInt(63 - n);
const bits = (...numbers: readonly (number | readonly [number, number])[]): bigint =>
  numbers.reduce<bigint>((all, n) => {
    const [from, to] = typeof n === 'number' ? [n, n] : n;
    for (let k = from; k <= to; k++) all |= bit(k);
    return all;
  }, 0n);
const [SF, VEC, VSX, EE, PR, FP, ME, FE0, SE, FE1, IR, DR, RI, LE] = [0, 38, 40, 48, 49, 50, 51, 52, 53, 55, 58, 59, 62, 63].map(bit) as [
  bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint,
]; // prettier-ignore
/** What a POWER8 guest's MSR implements: no HV, no TM, no PMM but SF VEC VSX EE PR FP ME FE0 SE BE FE1 IR DR PMM RI LE. */
const IMPLEMENTED = bits(0, 38, 40, [48, 55], [58, 59], [61, 63]);

const msrOf = (cpu: BareCpu64): bigint => (BigInt(cpu.state.msrHigh) << 32n) | BigInt(cpu.state.msr);
const pcOf = (cpu: BareCpu64): bigint => (BigInt(cpu.state.pcHigh) << 32n) | BigInt(cpu.state.pc);
const setMsr = (cpu: BareCpu64, value: bigint) => cpu.setMsr(Number(value & 0xffffffffn), (value & SF) !== 0n);
const setSpr = (cpu: BareCpu64, n: number, value: bigint) => cpu.state.setSpr(n, Number(value & 0xffffffffn), Number(value >> 32n));
const sprOf = (cpu: BareCpu64, n: number): bigint => (BigInt(cpu.state.sprHigh(n)) << 32n) | BigInt(cpu.state.spr(n));

/** LPCR[ILE], which the hypervisor sets. */
const setIle = (cpu: BareCpu64, on: boolean) => setSpr(cpu, 318, on ? bit(38) : 0n);
/** PR brings EE, IR and DR (III-S 3.3.1 and 4.4.4). */
const companions = (value: bigint): bigint => (value & PR ? EE | IR | DR : 0n);
/** Values with patterns in all bits, none that steps or leaves the byte order that the code lies in. */
const VALUES = [
  0n, ~0n, 0x5555555555555555n, 0xaaaaaaaaaaaaaaaan, SF | PR, PR | RI, SF | EE | ME, SF | IR | DR | EE | RI, bits([0, 15]), bits([28, 47]), SF | VEC | VSX | FP | FE0 | FE1,
].map((v) => BigInt.asUintN(64, v) & ~bits(53, 54)); // prettier-ignore
const OLD = [SF | ME, SF | ME | RI | EE | FP, SF, SF | VEC | VSX | ME] as const;

/** Executes an instruction at 0x1000 often enough for the mode to compile it; the last time counts. */
function last(cpu: BareCpu64, instruction: string, prepare: () => void, count = 1): void {
  cpu.loadProgram(`${instruction}\nnop\nnop`, 0x1000);
  // A branch there makes it a target.
  cpu.loadProgram('b 0x1000', 0x800);
  for (let n = 0; n < 4; n++) {
    prepare();
    cpu.run(0x800, 1 + count);
  }
}

describe.each(EVERYWHERE)('%s, %s-endian', (mode, endian) => {
  const own = endian === 'little' ? LE : 0n;
  const make = () => new BareCpu64(mode, { endian });

  it('mtmsrd: all bits but HV, ME and LE; problem state brings EE, IR and DR', () => {
    const cpu = make();
    const kept = bits(3, 41, 51, 63);
    for (const old of OLD) {
      for (const value of VALUES) {
        last(cpu, 'mtmsrd r3', () => {
          setMsr(cpu, old | own);
          cpu.setGpr(3, value);
        });
        const expected = (((old | own) & kept) | (value & ~kept) | companions(value)) & IMPLEMENTED;
        expect(msrOf(cpu).toString(16), `${old.toString(16)} ${value.toString(16)}`).toBe(expected.toString(16));
      }
    }
  });

  it('mtmsr: as mtmsrd, but the upper word stays', () => {
    const cpu = make();
    const kept = bits([0, 31], 41, 51, 63);
    for (const old of OLD) {
      for (const value of VALUES) {
        last(cpu, 'mtmsr r3', () => {
          setMsr(cpu, old | own);
          cpu.setGpr(3, value);
        });
        const expected = (((old | own) & kept) | (value & ~kept) | companions(value)) & IMPLEMENTED;
        expect(msrOf(cpu).toString(16), `${old.toString(16)} ${value.toString(16)}`).toBe(expected.toString(16));
      }
    }
  });

  it('with L = 1 they change EE and RI alone', () => {
    const cpu = make();
    for (const instruction of ['mtmsrd r3,1', 'mtmsr r3,1']) {
      for (const old of OLD) {
        for (const value of VALUES) {
          last(cpu, instruction, () => {
            setMsr(cpu, old | own);
            cpu.setGpr(3, value);
          });
          expect(msrOf(cpu)).toBe((((old | own) & ~(EE | RI)) | (value & (EE | RI))) & IMPLEMENTED);
          expect(pcOf(cpu)).toBe(0x1004n);
        }
      }
    }
  });

  it('rfid: SF, LE and the rest from SRR1 but 33:36 and 42:47; HV and ME stay; the address is cut as the new mode says', () => {
    const cpu = make();
    const kept = bits(3, [33, 36], [42, 47], 51);
    for (const old of OLD) {
      for (const value of [...VALUES, LE | SF, own, LE | SF | IR]) {
        last(cpu, 'rfid', () => {
          setMsr(cpu, old | own);
          setSpr(cpu, 26, 0xc0000001_00001337n);
          setSpr(cpu, 27, value);
        });
        const expected = (((old | own) & kept) | (value & ~kept) | companions(value)) & IMPLEMENTED;
        expect(msrOf(cpu).toString(16), `${old.toString(16)} ${value.toString(16)}`).toBe(expected.toString(16));
        expect(pcOf(cpu)).toBe(value & SF ? 0xc0000001_00001334n : 0x1334n);
      }
    }
  });

  it('MSR[LE] decides how code and data are read behind rfid', () => {
    const cpu = make();
    // Both orders of: ld r4,0(r5); std r4,8(r5)
    const code = [0xe8850000, 0xf8850008];
    const view = new DataView(new ArrayBuffer(16));
    code.forEach((word, k) => {
      view.setUint32(4 * k, word, false);
      view.setUint32(8 + 4 * k, word, true);
    });
    cpu.memory.write(0x2000, new Uint8Array(view.buffer));
    cpu.memory.write(0x3000, new Uint8Array([1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0]));
    for (const little of [false, true, false, true]) {
      last(
        cpu,
        'rfid',
        () => {
          setMsr(cpu, SF | ME | own);
          setSpr(cpu, 26, little ? 0x2008n : 0x2000n);
          setSpr(cpu, 27, SF | ME | (little ? LE : 0n));
          cpu.setGpr(5, 0x3000n);
        },
        3,
      );
      expect(cpu.gpr(4)).toBe(little ? 0x0807060504030201n : 0x0102030405060708n);
      expect([...cpu.memory.read(0x3008, 8)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    }
  });

  it('interrupts: in the mode of LPCR[ILE], 64-bit from 32-bit mode too', () => {
    const cpu = make();
    for (const little of [false, true]) {
      for (const from of [SF, 0n]) {
        setIle(cpu, little);
        last(cpu, 'sc', () => setMsr(cpu, from | ME | own), 1);
        expect(msrOf(cpu)).toBe(SF | ME | (little ? LE : 0n));
        expect(pcOf(cpu)).toBe(0xc00n);
        expect([sprOf(cpu, 26), sprOf(cpu, 27)]).toEqual([0x1004n, from | ME | own]);
      }
    }
  });

  it('what needs a hypervisor is a privileged instruction', () => {
    const cpu = make();
    for (const text of ['hrfid', 'nap', 'doze', 'sleep', 'rvwinkle', 'tlbie r3,r4', 'tlbiel r3', 'msgsnd r3', 'msgclr r3', 'lwzcix r3,r4,r5', 'stdcix r3,r4,r5', 'mfspr r3,318']) {
      for (const problem of [0n, PR]) {
        last(cpu, text, () => setMsr(cpu, SF | ME | own | problem), 1);
        expect([pcOf(cpu), sprOf(cpu, 27) & bits([42, 47])], text).toEqual([0x700n, bit(45)]);
      }
    }
  }); // prettier-ignore

  it('facilities that are off', () => {
    const cpu = make();
    const cases: [string, cause: bigint, problemOnly: boolean][] = [
      ['tbegin.', 5n, false], ['tabort. r3', 5n, false], ['mfspr r3,128', 5n, false], ['mfspr r3,815', 8n, true], ['bctar 20,0,0', 8n, true],
      ['mtspr 3,r3', 2n, true], ['mfspr r3,806', 7n, true], ['rfebb', 7n, true], ['clrbhrb', 4n, true],
    ]; // prettier-ignore
    for (const [text, cause, problemOnly] of cases) {
      for (const problem of [0n, PR]) {
        last(cpu, text, () => {
          setMsr(cpu, SF | ME | own | problem);
          setSpr(cpu, 153, 0n);
        }); // prettier-ignore
        if (!problem && problemOnly) expect(pcOf(cpu), text).not.toBe(0xf60n);
        else expect([pcOf(cpu), sprOf(cpu, 153) >> 56n, sprOf(cpu, 26)], text).toEqual([0xf60n, cause, 0x1000n]);
      }
    }
  });

  it('lmw and kin are alignment exceptions in little-endian mode', () => {
    const cpu = make();
    for (const text of ['lmw r29,8(r5)', 'stmw r29,8(r5)', 'lswi r6,r5,8', 'stswi r6,r5,8', 'lswx r6,0,r5', 'stswx r6,0,r5']) {
      last(cpu, text, () => {
        setMsr(cpu, SF | ME | own);
        cpu.setGpr(5, 0x3000n);
        setSpr(cpu, 19, 0n);
        cpu.state.xer = 8;
      }); // prettier-ignore
      if (endian === 'big') expect(pcOf(cpu), text).toBe(0x1004n);
      else expect([pcOf(cpu), sprOf(cpu, 19)], text).toEqual([0x600n, text.includes('mw') ? 0x3008n : 0x3000n]);
    }
  });

  it('a doorbell comes when EE allows it, and msgclrp takes it back', () => {
    const cpu = make();
    const message = 5n << 27n;
    last(cpu, 'msgsndp r3; mtmsrd r4,1', () => {
      setMsr(cpu, SF | ME | own);
      cpu.state.setSpr(176, 0);
      cpu.setGpr(3, message);
      cpu.setGpr(4, EE);
    }, 2); // prettier-ignore
    expect([pcOf(cpu), sprOf(cpu, 26), sprOf(cpu, 176)]).toEqual([0xa00n, 0x1008n, 0n]);
    last(cpu, 'msgsndp r3; msgclrp r3; mtmsrd r4,1', () => {
      setMsr(cpu, SF | ME | own);
      cpu.state.setSpr(176, 0);
    }, 3); // prettier-ignore
    expect(pcOf(cpu)).toBe(0x100cn);
  });

  it('the decrementer interrupts while it is negative, at the same instruction however code is executed', () => {
    const cpu = make();
    setIle(cpu, endian === 'little');
    cpu.loadProgram('b 0x900', 0x900);
    cpu.loadProgram('mtdec r3; mtmsrd r4,1; addi r6,r6,1; b 0x1008', 0x1000);
    setMsr(cpu, SF | ME | own);
    cpu.setGpr(3, 300n);
    cpu.setGpr(4, EE);
    cpu.setGpr(6, 0n);
    cpu.run(0x1000, 2000);
    expect([pcOf(cpu) & ~0xffn, sprOf(cpu, 27)]).toEqual([0x900n, SF | ME | EE | own]);
    expect(cpu.core.timers.decrementerPending).toBe(true);
    expect(cpu.gpr(6)).toBeGreaterThan(20n);
  });

  it('traces each instruction but system calls and returns, and the SIAR has its address', () => {
    const cpu = make();
    setIle(cpu, endian === 'little');
    // The handler counts in r8, and notes SRR0 and SIAR.
    cpu.loadProgram('addi r8,r8,1; mfspr r9,26; mfspr r10,796; rfid', 0xd00);
    cpu.loadProgram('addi r7,r7,1; rfid', 0xc00);
    const trace = (text: string, mask: bigint, most: number): bigint[] => {
      cpu.loadProgram(`mtmsrd r3\n${text}\nmtmsrd r4\nb 0x1100`, 0x1000);
      cpu.loadProgram('b 0x1100', 0x1100);
      setMsr(cpu, SF | ME | own);
      cpu.setGpr(3, SF | ME | own | mask);
      cpu.setGpr(4, SF | ME | own);
      for (const n of [5, 7, 8, 9, 10]) cpu.setGpr(n, 0n);
      cpu.run(0x1000, most);
      expect(pcOf(cpu)).toBe(0x1100n);
      return [5, 7, 8, 9, 10].map((n) => cpu.gpr(n));
    };
    for (let pass = 0; pass < 3; pass++) {
      // Three instructions and the mtmsrd that ends it.
      expect(trace('addi r5,r5,1; addi r5,r5,1; addi r5,r5,1', SE, 100)).toEqual([3n, 0n, 4n, 0x1014n, 0x1010n]);
      expect(trace('b 0x100c; nop; addi r5,r5,1', SE, 100)).toEqual([1n, 0n, 3n, 0x1014n, 0x1010n]);
      // A system call is not traced, nor is the return from it.
      expect(trace('sc; addi r5,r5,1', SE, 100)).toEqual([1n, 1n, 2n, 0x1010n, 0x100cn]);
      expect(trace('addi r5,r5,1; b 0x1010; nop; bc 4,2,0x1018; nop; nop', bit(54), 100).slice(2)).toEqual([2n, 0x1018n, 0x1010n]);
    }
  });

  it('an instruction that faults while it is traced has no trace', () => {
    const cpu = make();
    setIle(cpu, endian === 'little');
    cpu.loadProgram('addi r8,r8,1; mfspr r9,27; b 0x708', 0x700);
    cpu.loadProgram('mtmsrd r3; tw 31,r0,r0', 0x1000);
    setMsr(cpu, SF | ME | own);
    cpu.setGpr(3, SF | ME | own | SE);
    cpu.setGpr(8, 0n);
    cpu.run(0x1000, 20);
    expect([pcOf(cpu), cpu.gpr(8), cpu.gpr(9)]).toEqual([0x708n, 1n, SF | ME | own | SE | bit(46)]);
  });

  it('DSISR and DAR of an alignment interrupt', () => {
    const cpu = make();
    for (const [text, dsisr] of [
      ['lwarx r3,r4,r5', 0x64n],
      ['stdcx. r3,r4,r5', 0x10c64n],
      ['lharx r3,r4,r5', 0x4464n],
    ] as const) {
      last(cpu, text, () => {
        setMsr(cpu, SF | ME | own);
        cpu.setGpr(4, 0x3000n);
        cpu.setGpr(5, 0x5n);
      }); // prettier-ignore
      expect([pcOf(cpu), sprOf(cpu, 18), sprOf(cpu, 19)], text).toEqual([0x600n, dsisr, 0x3005n]);
    }
  });

  it('a system reset comes whatever the MSR says, once, and ends waiting', () => {
    const cpu = make();
    setIle(cpu, endian === 'little');
    cpu.loadProgram('addi r8,r8,1; b 0x104', 0x100);
    cpu.loadProgram('b 0x1000', 0x1000);
    setMsr(cpu, SF | own);
    cpu.setGpr(8, 0n);
    cpu.run(0x1000, 10);
    cpu.state.idle = 1;
    cpu.engine.interruptsChanged();
    cpu.goOn(10);
    expect(pcOf(cpu)).toBe(0x1000n);
    cpu.core.raiseSystemReset();
    cpu.goOn(10);
    expect([pcOf(cpu), cpu.gpr(8), sprOf(cpu, 26), sprOf(cpu, 27)]).toEqual([0x104n, 1n, 0x1000n, SF | own]);
  });
});
