/**
 * Services that generated code calls: functions of the ahead-of-time module (`native`) or of the runtime in TypeScript
 * (`host`, reached through an import of that module). Kinds: w = Word, i = i32, l = i64, d = f64, q = v128 (of `native` ones only), v = nothing.
 */
export interface Service {
  /** Kinds of the parameters, in order, then of the result after `:`. */
  readonly signature: string;
  readonly home: 'native' | 'host';
  /**
   * What it may do besides returning a value. `pure`: nothing. `fpscr`: reads and writes FPSCR and the last-operation
   * record. `state`: any state but GPRs, FPRs, CR, LR, CTR and XER. `registers`: those too, so that compiled code leaves the
   * instruction to the interpreter.
   */
  readonly effect: 'pure' | 'fpscr' | 'state' | 'registers';
  /** It may leave an exception in EXCEPTION; the instruction then ends there, with nothing else written. */
  readonly mayFault?: true;
}

const native = (signature: string, effect: Service['effect'], mayFault?: true): Service => ({
  signature,
  home: 'native',
  effect,
  mayFault,
});
const host = (signature: string, effect: Service['effect'], mayFault?: true): Service => ({ signature, home: 'host', effect, mayFault });

/** Floating-point operations with one to three operands and the old target; and conversions, which nothing suppresses. */
const OF_ONE = native('dd:d', 'fpscr');
const OF_TWO = native('ddd:d', 'fpscr');
const OF_THREE = native('dddd:d', 'fpscr');
const FROM_INTEGER = native('d:d', 'fpscr');
/** Of vectors. */
const VECTOR_OF_ONE = native('q:q', 'pure');
const VECTOR_OF_TWO = native('qq:q', 'pure');
/** Vector operations with one to three operands and the old target. */
const OF_ONE_VECTOR = native('qq:q', 'fpscr');
const OF_TWO_VECTORS = native('qqq:q', 'fpscr');
const OF_THREE_VECTORS = native('qqqq:q', 'fpscr');

/** Decimal operations of the runtime, on registers by their numbers and immediates: with so many arguments; and those that give a CR field. */
const decimal = (count: number): Service => host(`${'i'.repeat(count)}:v`, 'registers');
const decimalTest = (count: number): Service => host(`${'i'.repeat(count)}:i`, 'registers');

/** All services by name. */
export const SERVICES = {
  // Fixed point
  /** High 64 bits of a 64 x 64-bit product. */
  mulHighS64: native('ll:l', 'pure'),
  mulHighU64: native('ll:l', 'pure'),
  /** Low-order parts of string accesses: registers from rt, effective address, byte count (0..128); restartable. */
  loadString: native('iwi:i', 'registers', true),
  storeString: native('iwi:i', 'registers', true),
  /** lmw and stmw for the interpreter: first register, effective address. */
  loadMultiple: native('iw:i', 'registers', true),
  storeMultiple: native('iw:i', 'registers', true),
  /** Storage access with reservation: effective address (and value); size 1, 2, 4, 8. */
  loadReserve: native('wi:w', 'state', true),
  storeConditional: native('wiw:i', 'state', true),
  /** dcbz: zeroes the model's cache block around the effective address. */
  zeroBlock: native('w:i', 'state', true),
  /** Permission check of dcbst, dcbf, icbi, dcbt...: like a load of one byte (access 0) or a store (1) that moves nothing. */
  touch: native('wi:i', 'state', true),
  /** An alignment exception at an effective address. */
  raiseAlignment: native('w:v', 'state', true),
  /** icbi: translations of the block are dropped. */
  invalidateInstructionBlock: host('w:i', 'state', true),

  // System
  /** MSR <- value, with all that follows: context, key, attention. */
  writeMsr: host('w:v', 'state'),
  /**
   * Before the access to an SPR that the instruction's definition does not know: number, 1 for writing. 1 when it may be made; 0 when it does
   * nothing, and when it raised an exception.
   */
  accessSpr: host('ii:i', 'state', true),
  /** Any SPR by its number: number; number and value. */
  readSpr: host('i:w', 'state', true),
  writeSpr: host('iw:v', 'state', true),
  /** Timebase: 64 bits. */
  timebase: host('v:l', 'state'),
  readDcr: host('i:w', 'state'),
  writeDcr: host('iw:v', 'state'),
  /** 44x: tlbre (entry, word), tlbwe (entry, word, value), tlbsx (EA; the entry, or -1 when none matches). */
  tlbre44x: host('ww:w', 'state'),
  tlbwe44x: host('www:v', 'state'),
  tlbsx44x: host('w:i', 'state'),
  /** MMUs with assist registers (MAS0 to MAS8): tlbre, tlbwe; tlbsx, tlbivax (EA); tlbilx (T, EA). */
  tlbreMas: host('v:v', 'state'),
  tlbweMas: host('v:v', 'state'),
  tlbsxMas: host('w:v', 'state'),
  tlbivaxMas: host('w:v', 'state'),
  tlbilxMas: host('iw:v', 'state'),
  /** Book III-S: drops translations of an EA (tlbie: 1 = of a large page), or all of them (tlbia). */
  tlbieBook3s: host('wi:v', 'state'),
  tlbiaBook3s: host('v:v', 'state'),
  /** Segment registers 0..15 of the 32-bit Book III-S. */
  readSegment: host('i:w', 'state'),
  writeSegment: host('iw:v', 'state'),
  /** msgsndp and msgclrp: a message to, or to be taken from, a thread of this processor. */
  sendDoorbell: host('w:v', 'state'),
  clearDoorbell: host('w:v', 'state'),
  /** SLB: slbmte (RS, RB), slbie (RB), slbia (IH), slbmfee and slbmfev (RB), slbfee. (RB; VSID word, or -1). */
  slbmte: host('ww:v', 'state'),
  slbie: host('w:v', 'state'),
  slbia: host('i:v', 'state'),
  slbmfee: host('w:w', 'state'),
  slbmfev: host('w:w', 'state'),
  slbfee: host('w:w', 'state'),

  // Floating point (see runtime/native/float). Operands in assembler order, then the old target, which is the result when an enabled
  // exception suppresses the operation. FEX, VX, FX and OX of the FPSCR are right at any time, other fields once they are computed.
  fadd: OF_TWO,
  fadds: OF_TWO,
  fsub: OF_TWO,
  fsubs: OF_TWO,
  fmul: OF_TWO,
  fmuls: OF_TWO,
  fdiv: OF_TWO,
  fdivs: OF_TWO,
  fmadd: OF_THREE,
  fmadds: OF_THREE,
  fmsub: OF_THREE,
  fmsubs: OF_THREE,
  fnmadd: OF_THREE,
  fnmadds: OF_THREE,
  fnmsub: OF_THREE,
  fnmsubs: OF_THREE,
  fsqrt: OF_ONE,
  fsqrts: OF_ONE,
  fre: OF_ONE,
  fres: OF_ONE,
  frsqrte: OF_ONE,
  frsqrtes: OF_ONE,
  frsp: OF_ONE,
  /** Integers are bit patterns in doubles, as in an FPR. */
  fctiw: OF_ONE,
  fctiwz: OF_ONE,
  fctiwu: OF_ONE,
  fctiwuz: OF_ONE,
  fctid: OF_ONE,
  fctidz: OF_ONE,
  fctidu: OF_ONE,
  fctiduz: OF_ONE,
  fcfid: FROM_INTEGER,
  fcfidu: FROM_INTEGER,
  fcfids: FROM_INTEGER,
  fcfidus: FROM_INTEGER,
  frin: OF_ONE,
  friz: OF_ONE,
  frip: OF_ONE,
  frim: OF_ONE,
  /** Compares and tests: the value for the CR field. */
  fcmpu: native('dd:i', 'fpscr'),
  fcmpo: native('dd:i', 'fpscr'),
  ftdiv: native('ll:i', 'pure'),
  ftsqrt: native('l:i', 'pure'),
  /** What lfs and stfs do to the bits. */
  doubleFromSingle: native('i:l', 'pure'),
  singleFromDouble: native('l:i', 'pure'),
  /** FPSCR: all of it; mtfsf (FLM, value), mtfsfi (BF, U), mtfsb0 and mtfsb1 (BT), mcrfs (BFA; the field). */
  readFpscr: native('v:i', 'fpscr'),
  mtfsf: native('ii:v', 'fpscr'),
  mtfsfi: native('ii:v', 'fpscr'),
  mtfsb0: native('i:v', 'fpscr'),
  mtfsb1: native('i:v', 'fpscr'),
  mcrfs: native('i:i', 'fpscr'),

  // Decimal floating point and packed decimals (see runtime/decimal). 1 for the quad form, where there are two; then operands in assembler order.
  // The FPSCR must have been computed (readFpscr).
  dadd: decimal(4),
  dsub: decimal(4),
  dmul: decimal(4),
  ddiv: decimal(4),
  dcmpu: decimalTest(3),
  dcmpo: decimalTest(3),
  dtstdc: decimalTest(3),
  dtstdg: decimalTest(3),
  dtstex: decimalTest(3),
  dtstsf: decimalTest(3),
  dquai: decimal(5),
  dqua: decimal(5),
  drrnd: decimal(5),
  drintx: decimal(5),
  drintn: decimal(5),
  dctdp: decimal(2),
  dctqpq: decimal(2),
  drsp: decimal(2),
  drdpq: decimal(2),
  dcffix: decimal(3),
  dctfix: decimal(3),
  ddedpd: decimal(4),
  denbcd: decimal(4),
  dxex: decimal(3),
  diex: decimal(4),
  dscli: decimal(4),
  dscri: decimal(4),
  bcdadd: decimalTest(4),
  bcdsub: decimalTest(4),

  // Vectors (see runtime/native/vector); they read VSCR[NJ]. Operands in assembler order.
  vaddfp: VECTOR_OF_TWO,
  vsubfp: VECTOR_OF_TWO,
  vmaddfp: native('qqq:q', 'pure'),
  vnmsubfp: native('qqq:q', 'pure'),
  vexptefp: VECTOR_OF_ONE,
  vlogefp: VECTOR_OF_ONE,
  /** Shifts of elements by counts of their own: what and width as vector-shifts.ts says. */
  vectorShift: native('qqi:q', 'pure'),
  vcipher: VECTOR_OF_TWO,
  vcipherlast: VECTOR_OF_TWO,
  vncipher: VECTOR_OF_TWO,
  vncipherlast: VECTOR_OF_TWO,
  vsbox: VECTOR_OF_ONE,
  vpmsumb: VECTOR_OF_TWO,
  vpmsumh: VECTOR_OF_TWO,
  vpmsumw: VECTOR_OF_TWO,
  vpmsumd: VECTOR_OF_TWO,
  // Vector-scalar facility (see runtime/native/float/vector): as above, with the vector forms keeping FR, FI and FPRF.
  xsmaxdp: OF_TWO,
  xsmindp: OF_TWO,
  xsrdpic: OF_ONE,
  /** The single, or word, in words 0 and 1 of the result; xscvspdp takes the single of word 0. */
  xscvdpsp: OF_ONE,
  xscvspdp: OF_ONE,
  xscvdpsxws: OF_ONE,
  xscvdpuxws: OF_ONE,
  xvadddp: OF_TWO_VECTORS,
  xvaddsp: OF_TWO_VECTORS,
  xvsubdp: OF_TWO_VECTORS,
  xvsubsp: OF_TWO_VECTORS,
  xvmuldp: OF_TWO_VECTORS,
  xvmulsp: OF_TWO_VECTORS,
  xvdivdp: OF_TWO_VECTORS,
  xvdivsp: OF_TWO_VECTORS,
  xvsqrtdp: OF_ONE_VECTOR,
  xvsqrtsp: OF_ONE_VECTOR,
  xvredp: OF_ONE_VECTOR,
  xvresp: OF_ONE_VECTOR,
  xvrsqrtedp: OF_ONE_VECTOR,
  xvrsqrtesp: OF_ONE_VECTOR,
  /** Both factors, the addend, the old target. */
  xvmadddp: OF_THREE_VECTORS,
  xvmsubdp: OF_THREE_VECTORS,
  xvnmadddp: OF_THREE_VECTORS,
  xvnmsubdp: OF_THREE_VECTORS,
  xvmaddsp: OF_THREE_VECTORS,
  xvmsubsp: OF_THREE_VECTORS,
  xvnmaddsp: OF_THREE_VECTORS,
  xvnmsubsp: OF_THREE_VECTORS,
  /** Compares give masks. */
  xvmaxdp: OF_TWO_VECTORS,
  xvmaxsp: OF_TWO_VECTORS,
  xvmindp: OF_TWO_VECTORS,
  xvminsp: OF_TWO_VECTORS,
  xvcmpeqdp: OF_TWO_VECTORS,
  xvcmpeqsp: OF_TWO_VECTORS,
  xvcmpgedp: OF_TWO_VECTORS,
  xvcmpgesp: OF_TWO_VECTORS,
  xvcmpgtdp: OF_TWO_VECTORS,
  xvcmpgtsp: OF_TWO_VECTORS,
  xvcvdpsp: OF_ONE_VECTOR,
  xvcvspdp: OF_ONE_VECTOR,
  xvcvdpsxds: OF_ONE_VECTOR,
  xvcvdpuxds: OF_ONE_VECTOR,
  xvcvdpsxws: OF_ONE_VECTOR,
  xvcvdpuxws: OF_ONE_VECTOR,
  xvcvspsxds: OF_ONE_VECTOR,
  xvcvspuxds: OF_ONE_VECTOR,
  xvcvspsxws: OF_ONE_VECTOR,
  xvcvspuxws: OF_ONE_VECTOR,
  xvcvsxddp: OF_ONE_VECTOR,
  xvcvuxddp: OF_ONE_VECTOR,
  xvcvsxdsp: OF_ONE_VECTOR,
  xvcvuxdsp: OF_ONE_VECTOR,
  xvcvsxwsp: OF_ONE_VECTOR,
  xvcvuxwsp: OF_ONE_VECTOR,
  xvrdpi: OF_ONE_VECTOR,
  xvrdpiz: OF_ONE_VECTOR,
  xvrdpip: OF_ONE_VECTOR,
  xvrdpim: OF_ONE_VECTOR,
  xvrdpic: OF_ONE_VECTOR,
  xvrspi: OF_ONE_VECTOR,
  xvrspiz: OF_ONE_VECTOR,
  xvrspip: OF_ONE_VECTOR,
  xvrspim: OF_ONE_VECTOR,
  xvrspic: OF_ONE_VECTOR,
  /** Tests: the value for the CR field. */
  xvtdivdp: native('qq:i', 'pure'),
  xvtdivsp: native('qq:i', 'pure'),
  xvtsqrtdp: native('q:i', 'pure'),
  xvtsqrtsp: native('q:i', 'pure'),
} as const satisfies Record<string, Service>;

/** Name of a service. */
export type ServiceName = keyof typeof SERVICES;
