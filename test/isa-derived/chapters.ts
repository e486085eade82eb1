import type { Chapter, Missing } from '../../jit/isa/coverage.js';

const words = (text: string): string[] => text.trim().split(/\s+/);

/** Every instruction of the chapters that this project covers so far (Power ISA 2.07B; PPC440EP UM), without suffixes. */
export const CHAPTERS: readonly Chapter[] = [
  { title: 'Branch facility (Book I 2)', mnemonics: words('b bc bclr bcctr bctar crand crnand cror crxor crnor creqv crandc crorc mcrf sc') },
  {
    title: 'Fixed-point facility: storage access (Book I 3.3.1 to 3.3.7)',
    mnemonics: words(`lbz lbzx lbzu lbzux lhz lhzx lhzu lhzux lha lhax lhau lhaux lwz lwzx lwzu lwzux lwa lwax lwaux ld ldx ldu ldux
      stb stbx stbu stbux sth sthx sthu sthux stw stwx stwu stwux std stdx stdu stdux lq stq lhbrx lwbrx sthbrx stwbrx ldbrx stdbrx
      lmw stmw lswi lswx stswi stswx`),
  },
  {
    title: 'Fixed-point facility: arithmetic, compare, trap, select (Book I 3.3.8 to 3.3.12)',
    mnemonics: words(`addi addis add subf addic addic. subfic addc subfc adde subfe addme subfme addze subfze neg mulli mullw mulhw mulhwu
      divw divwu divwe divweu mulld mulhd mulhdu divd divdu divde divdeu cmpi cmp cmpli cmpl twi tw tdi td isel`),
  },
  {
    title: 'Fixed-point facility: logical, rotate, shift, BCD assist, system registers (Book I 3.3.13 to 3.3.17)',
    mnemonics: words(`andi. andis. ori oris xori xoris and or xor nand nor eqv andc orc extsb extsh cntlzw cmpb popcntb popcntw prtyw prtyd extsw
      popcntd cntlzd bpermd rlwinm rlwnm rlwimi rldicl rldicr rldic rldcl rldcr rldimi slw srw srawi sraw sld srd sradi srad
      cdtbcd cbcdtd addg6s mtspr mfspr mtcrf mfcr mfocrf mtocrf mcrxr mtdcrux mfdcrux`),
  },
  {
    title: 'Floating-point facility (Book I 4)',
    mnemonics: words(`lfs lfsx lfsu lfsux lfd lfdx lfdu lfdux lfiwax lfiwzx stfs stfsx stfsu stfsux stfd stfdx stfdu stfdux stfiwx
      lfdp lfdpx stfdp stfdpx fmr fneg fabs fnabs fcpsgn fmrgew fmrgow fadd fadds fsub fsubs fmul fmuls fdiv fdivs fsqrt fsqrts fre fres
      frsqrte frsqrtes ftdiv ftsqrt fmadd fmadds fmsub fmsubs fnmadd fnmadds fnmsub fnmsubs frsp fctid fctidz fctidu fctiduz fctiw fctiwz
      fctiwu fctiwuz fcfid fcfidu fcfids fcfidus frin friz frip frim fcmpu fcmpo fsel mffs mcrfs mtfsfi mtfsf mtfsb0 mtfsb1`),
  },
  {
    title: 'Decimal floating-point facility (Book I 5)',
    mnemonics: words(`dadd daddq dsub dsubq dmul dmulq ddiv ddivq dcmpu dcmpuq dcmpo dcmpoq dtstdc dtstdcq dtstdg dtstdgq dtstex dtstexq dtstsf dtstsfq
      dquai dquaiq dqua dquaq drrnd drrndq drintx drintxq drintn drintnq dctdp dctqpq drsp drdpq dcffix dcffixq dctfix dctfixq
      ddedpd ddedpdq denbcd denbcdq dxex dxexq diex diexq dscli dscliq dscri dscriq`),
  },
  {
    title: 'Vector facility: storage access, permute, status (Book I 6.7, 6.8, 6.17)',
    mnemonics: words(`lvebx lvehx lvewx lvx lvxl lvsl lvsr stvebx stvehx stvewx stvx stvxl vpkpx vpkuhum vpkuwum vpkudum vpkshss vpkshus vpkswss
      vpkswus vpksdss vpksdus vpkuhus vpkuwus vpkudus vupkhpx vupklpx vupkhsb vupkhsh vupkhsw vupklsb vupklsh vupklsw vmrghb vmrghh vmrghw
      vmrglb vmrglh vmrglw vmrgew vmrgow vspltb vsplth vspltw vspltisb vspltish vspltisw vperm vsel vsldoi vsl vsr vslo vsro mfvscr mtvscr
      dst dstt dstst dststt dss dssall`),
  },
  {
    title: 'Vector facility: integers (Book I 6.9, 6.12 to 6.15)',
    mnemonics: words(`vaddcuw vaddubm vadduhm vadduwm vaddudm vaddsbs vaddshs vaddsws vaddubs vadduhs vadduws vadduqm vaddcuq vaddeuqm vaddecuq
      vsubcuw vsububm vsubuhm vsubuwm vsubudm vsubsbs vsubshs vsubsws vsububs vsubuhs vsubuws vsubuqm vsubcuq vsubeuqm vsubecuq
      vmulesb vmuleub vmulosb vmuloub vmulesh vmuleuh vmulosh vmulouh vmulesw vmuleuw vmulosw vmulouw vmuluwm vmhaddshs vmhraddshs vmladduhm
      vmsumubm vmsummbm vmsumuhm vmsumuhs vmsumshm vmsumshs vsumsws vsum2sws vsum4sbs vsum4shs vsum4ubs
      vavgsb vavgsh vavgsw vavgub vavguh vavguw vmaxsb vmaxsh vmaxsw vmaxsd vmaxub vmaxuh vmaxuw vmaxud vminsb vminsh vminsw vminsd vminub vminuh
      vminuw vminud vcmpequb vcmpequh vcmpequw vcmpequd vcmpgtsb vcmpgtsh vcmpgtsw vcmpgtsd vcmpgtub vcmpgtuh vcmpgtuw vcmpgtud
      vand vandc vor vorc vxor vnor vnand veqv vrlb vrlh vrlw vrld vslb vslh vslw vsld vsrb vsrh vsrw vsrd vsrab vsrah vsraw vsrad
      vgbbd vclzb vclzh vclzw vclzd vpopcntb vpopcnth vpopcntw vpopcntd vbpermq`),
  },
  {
    title: 'Vector facility: floating point, cryptography, packed decimals (Book I 6.10, 6.11, 6.17)',
    mnemonics: words(`vaddfp vsubfp vmaddfp vnmsubfp vmaxfp vminfp vrefp vrsqrtefp vexptefp vlogefp vctsxs vctuxs vcfsx vcfux vrfim vrfin vrfip vrfiz
      vcmpeqfp vcmpgefp vcmpgtfp vcmpbfp vcipher vcipherlast vncipher vncipherlast vsbox vshasigmaw vshasigmad vpmsumb vpmsumh vpmsumw vpmsumd vpermxor
      bcdadd. bcdsub.`),
  },
  {
    title: 'Vector-scalar facility (Book I 7, and moves of 3.3.16)',
    mnemonics: words(`lxsdx lxsiwax lxsiwzx lxsspx lxvd2x lxvdsx lxvw4x stxsdx stxsiwx stxsspx stxvd2x stxvw4x
      mfvsrd mfvsrwz mtvsrd mtvsrwa mtvsrwz xsabsdp xscpsgndp xsnabsdp xsnegdp xvabsdp xvabssp xvcpsgndp xvcpsgnsp xvnabsdp xvnabssp xvnegdp xvnegsp
      xsadddp xsaddsp xsdivdp xsdivsp xsmuldp xsmulsp xsredp xsresp xsrsqrtedp xsrsqrtesp xssqrtdp xssqrtsp xssubdp xssubsp xstdivdp xstsqrtdp
      xsmaddadp xsmaddasp xsmaddmdp xsmaddmsp xsmsubadp xsmsubasp xsmsubmdp xsmsubmsp xsnmaddadp xsnmaddasp xsnmaddmdp xsnmaddmsp
      xsnmsubadp xsnmsubasp xsnmsubmdp xsnmsubmsp xsmaxdp xsmindp
      xvadddp xvaddsp xvdivdp xvdivsp xvmuldp xvmulsp xvredp xvresp xvrsqrtedp xvrsqrtesp xvsqrtdp xvsqrtsp xvsubdp xvsubsp
      xvtdivdp xvtdivsp xvtsqrtdp xvtsqrtsp xvmaddadp xvmaddasp xvmaddmdp xvmaddmsp xvmsubadp xvmsubasp xvmsubmdp xvmsubmsp
      xvnmaddadp xvnmaddasp xvnmaddmdp xvnmaddmsp xvnmsubadp xvnmsubasp xvnmsubmdp xvnmsubmsp xvmaxdp xvmaxsp xvmindp xvminsp
      xscmpodp xscmpudp xvcmpeqdp xvcmpeqsp xvcmpgedp xvcmpgesp xvcmpgtdp xvcmpgtsp
      xscvdpsp xscvdpspn xscvspdp xscvspdpn xsrsp xvcvdpsp xvcvspdp xscvdpsxds xscvdpsxws xscvdpuxds xscvdpuxws xscvsxddp xscvsxdsp xscvuxddp xscvuxdsp
      xvcvdpsxds xvcvdpsxws xvcvdpuxds xvcvdpuxws xvcvspsxds xvcvspsxws xvcvspuxds xvcvspuxws xvcvsxddp xvcvsxdsp xvcvsxwdp xvcvsxwsp
      xvcvuxddp xvcvuxdsp xvcvuxwdp xvcvuxwsp xsrdpi xsrdpic xsrdpim xsrdpip xsrdpiz xvrdpi xvrdpic xvrdpim xvrdpip xvrdpiz
      xvrspi xvrspic xvrspim xvrspip xvrspiz xxland xxlandc xxleqv xxlnand xxlnor xxlor xxlorc xxlxor
      xxmrghw xxmrglw xxpermdi xxsel xxsldwi xxspltw`),
  },
  {
    title: 'Storage model and timebase (Book II 4 and 6)',
    mnemonics: words(`icbi icbt dcba dcbt dcbtst dcbz dcbst dcbf isync lbarx lharx lwarx ldarx lqarx stbcx. sthcx. stwcx. stdcx. stqcx.
      sync eieio mbar wait mftb eciwx ecowx`),
  },
  {
    title: 'Server environment: system and storage control (Book III-S 3 to 5)',
    mnemonics: words(`rfi rfid hrfid doze nap sleep rvwinkle mtmsr mtmsrd mfmsr mtsr mtsrin mfsr mfsrin slbie slbia slbmte slbmfev slbmfee slbfee.
      tlbie tlbiel tlbia tlbsync lbzcix lhzcix lwzcix ldcix stbcix sthcix stwcix stdcix msgsnd msgclr msgsndp msgclrp`),
  },
  {
    title: 'Transactional memory, event-based branches, branch history (Book II 5, 7 and 8)',
    mnemonics: words(`tbegin. tend. tabort. tabortwc. tabortwci. tabortdc. tabortdci. tsr. tcheck treclaim. trechkpt. rfebb clrbhrb mfbhrbe`),
  },
  {
    title: 'Embedded environment: system (Book III-E 4, 5, 9, 11)',
    mnemonics: words('rfci rfdi rfmci rfgi ehpriv wrtee wrteei mtdcr mfdcr mtdcrx mfdcrx mfpmr mtpmr dnh'),
  },
  {
    title: 'Embedded environment: storage control (Book III-E 6)',
    mnemonics: words(`tlbivax tlbilx tlbsx tlbsrx. tlbre tlbwe dcbi dcbtls dcbtstls dcblc icbtls icblc icblq. dcblq. dci ici icread dcread
      lbepx lhepx lwepx ldepx stbepx sthepx stwepx stdepx dcbstep dcbtep dcbfep dcbtstep icbiep dcbzep lfdepx stfdepx`),
  },
  {
    title: 'The 440 (PPC440EP UM 3 and 4)',
    mnemonics: [
      'dlmzb', 'iccci', 'dccci',
      ...['chw', 'hhw', 'lhw'].flatMap((h) => [...['', 's', 'su', 'u'].map((k) => `mac${h}${k}`), `nmac${h}`, `nmac${h}s`, `mul${h}`, `mul${h}u`]),
    ],
  },
]; // prettier-ignore

const of = (reason: string, mnemonics: string): Missing => Object.fromEntries(words(mnemonics).map((m) => [m, reason]));

/** What is not defined yet, and why. */
export const MISSING: Missing = {
  ...of('user-mode DCRs exist on no model here', 'mtdcrux mfdcrux'),
  ...of('external control: no device of any machine here answers to it', 'eciwx ecowx'),
  ...of('comes with the e500 machines', 'wait rfgi ehpriv mfpmr mtpmr dnh tlbsrx. dcbtls dcbtstls dcblc icbtls icblc'),
  ...of('category that no model here has', 'icblq. dcblq. dci ici'),
  ...of('external PID: comes with the e500mc', 'lbepx lhepx lwepx stbepx sthepx stwepx dcbstep dcbtep dcbfep dcbtstep icbiep dcbzep lfdepx stfdepx'),
  ...of('external PID of 64-bit embedded models, of which there is none', 'ldepx stdepx'),
}; // prettier-ignore
