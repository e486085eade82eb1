/** Hypercall numbers and results of the KVM paravirtual interface (Linux, Documentation/virt/kvm/ppc-pv.rst; ePAPR 1.1, 7.4 and appendix D). */

/** Upper half of a number: who defines the call. */
const VENDOR_EPAPR = 1;
const VENDOR_KVM = 42;
const number = (vendor: number, call: number): number => (vendor << 16) | call;

/** Which features there are: bit mask in the first output. */
export const KVM_HC_FEATURES = number(VENDOR_KVM, 3);
/** Maps the magic page, or moves it: effective address and flags, real address; features of the page in the first output. */
export const KVM_HC_PPC_MAP_MAGIC_PAGE = number(VENDOR_KVM, 4);
/** Waits for an interrupt. */
export const EV_IDLE = number(VENDOR_EPAPR, 16);

/** Name of a hypercall by its number in r11, or the number. */
export function kvmCallName(call: number): string {
  const names: Readonly<Record<number, string>> = {
    [KVM_HC_FEATURES]: 'KVM_HC_FEATURES',
    [KVM_HC_PPC_MAP_MAGIC_PAGE]: 'KVM_HC_PPC_MAP_MAGIC_PAGE',
    [EV_IDLE]: 'EV_IDLE',
  };
  return names[call] ?? `0x${call.toString(16)}`;
}

export const EV_SUCCESS = 0;
export const EV_UNIMPLEMENTED = 12;

/** KVM_HC_FEATURES: the magic page can be mapped. */
export const KVM_FEATURE_MAGIC_PAGE = 1 << 1;
/** Features of the page: MASn, ESR, PIR and SPRG4 to SPRG7 are live. (Bit 0 is for segment registers.) */
export const KVM_MAGIC_FEAT_MAS0_TO_SPRG7 = 1 << 1;
