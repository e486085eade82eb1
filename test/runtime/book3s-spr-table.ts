/**
 * The SPRs of a POWER8 as a guest of a hypervisor finds them, written down from Power ISA 2.07B (Book III-S 4.4.4, table of SPRs) and the POWER8
 * user's manual: number, name, bits, what problem state may do, what privileged state may do. `h` is a hypervisor's resource.
 */
const TABLE = `
1 XER 64 rw rw      3 DSCR 64 rw rw     8 LR 64 rw rw       9 CTR 64 rw rw      13 UAMR 64 rw rw    17 DSCR 64 - rw     18 DSISR 32 - rw
19 DAR 64 - rw      22 DEC 32 - rw      25 SDR1 64 - hh     26 SRR0 64 - rw     27 SRR1 64 - rw     28 CFAR 64 - rw     29 AMR 64 - rw
61 IAMR 64 - rw     128 TFHAR 64 tt tt  129 TFIAR 64 tt tt  130 TEXASR 64 tt tt 131 TEXASRU 32 tt tt
136 CTRL 32 r r     152 CTRL 32 - w     153 FSCR 64 - rw    157 UAMOR 64 - rw   159 PSPB 32 - rw    176 DPDES 64 - rh   177 DHDES 64 - hh
180 DAWR0 64 - hh   186 RPR 64 - hh     187 CIABR 64 - hh   188 DAWRX0 32 - hh  190 HFSCR 64 - hh   256 VRSAVE 32 rw rw 259 USPRG3 64 r r
268 TB 64 r r       269 TBU 32 r r      272 SPRG0 64 - rw   273 SPRG1 64 - rw   274 SPRG2 64 - rw   275 SPRG3 64 - rw   276 SPRC 64 - hh
277 SPRD 64 - hh    283 CIR 32 - r      284 TBL 32 - .h     285 TBU 32 - .h     286 TBU40 64 - .h   287 PVR 32 - r      304 HSPRG0 64 - hh
305 HSPRG1 64 - hh  306 HDSISR 32 - hh  307 HDAR 64 - hh    308 SPURR 64 - rh   309 PURR 64 - rh    310 HDEC 32 - hh    312 RMOR 64 - hh
313 HRMOR 64 - hh   314 HSRR0 64 - hh   315 HSRR1 64 - hh   317 TFMR 64 - hh    318 LPCR 64 - hh    319 LPIDR 32 - hh   336 HMER 64 - hh
337 HMEER 64 - hh   338 PCR 64 - hh     339 HEIR 32 - hh    349 AMOR 64 - hh    446 TIR 64 - r
768 USIER 64 r r    769 UMMCR2 64 rw rw 770 UMMCRA 64 rw rw 771 UPMC1 32 rw rw  772 UPMC2 32 rw rw  773 UPMC3 32 rw rw  774 UPMC4 32 rw rw
775 UPMC5 32 rw rw  776 UPMC6 32 rw rw  779 UMMCR0 64 rw rw 780 USIAR 64 r r    781 USDAR 64 r r    782 UMMCR1 64 r r
784 SIER 64 - rw    785 MMCR2 64 - rw   786 MMCRA 64 - rw   787 PMC1 32 - rw    788 PMC2 32 - rw    789 PMC3 32 - rw    790 PMC4 32 - rw
791 PMC5 32 - rw    792 PMC6 32 - rw    795 MMCR0 64 - rw   796 SIAR 64 - rw    797 SDAR 64 - rw    798 MMCR1 64 - rw   799 IMC 64 - hh
800 BESCRS 64 rw rw 801 BESCRSU 32 rw rw 802 BESCRR 64 rw rw 803 BESCRRU 32 rw rw 804 EBBHR 64 rw rw 805 EBBRR 64 rw rw 806 BESCR 64 rw rw
815 TAR 64 rw rw    848 IC 64 - rh      849 VTB 64 - rh     851 MMCRC 32 - hh   853 PMSR 32 - hh    861 L2QOSR 64 - hh  880 TRIG0 64 - .w
881 TRIG1 64 - .w   882 TRIG2 64 - .w   884 PMCR 64 - hh    885 RWMR 64 - hh    892 SPMC1 32 - rw   893 SPMC2 32 - rw   894 MMCRS 32 - rw
895 WORT 64 - rw    896 PPR 64 rw rw    898 PPR32 32 rw rw  921 TSCR 32 - hh    922 TTR 64 - hh     1008 HID0 64 - hh   1009 HID1 64 - hh
1012 HID4 64 - hh   1014 HID5 64 - hh   1023 PIR 32 - r`;

/** What an access comes to. */
export type Outcome = 'done' | 'nothing' | 'privileged' | 'illegal' | 'TM unavailable';
export interface TableRow {
  readonly name: string;
  readonly width: number;
  readonly outcome: (writes: boolean, problem: boolean) => Outcome;
}

/** One letter for reading, one for writing; absent ones: `.`. */
function outcomeOf(number: number, access: string, writes: boolean, problem: boolean): Outcome {
  if (problem && number & 0x10) return 'privileged';
  const letter = access === 'w' ? (writes ? 'w' : '.') : access.charAt(writes ? 1 : 0) || '.';
  if (letter === 'h') return 'privileged';
  if (letter === 't') return 'TM unavailable';
  if (letter === 'r' || letter === 'w') return 'done';
  if (problem || number === 0 || (!writes && [4, 5, 6].includes(number))) return 'illegal';
  return 'nothing';
}

/** By number, 0 to 1023. */
export const POWER8_SPRS: readonly TableRow[] = Array.from({ length: 1024 }, (_, number) => {
  const row = [...TABLE.matchAll(/(\d+) (\w+) (32|64) (\S+) (\S+)/g)].find((m) => Number(m[1]) === number);
  const [name, width, user, system] = row ? [row[2]!, Number(row[3]), row[4]!, row[5]!] : ['', 64, '.', '.'];
  return { name, width, outcome: (writes, problem) => outcomeOf(number, problem ? user : system, writes, problem) };
});
