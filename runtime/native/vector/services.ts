/** Vector services of jit/abi/services.ts. */
export { vcipher, vcipherlast, vncipher, vncipherlast, vsbox } from './aes';
export { vaddfp, vexptefp, vlogefp, vmaddfp, vnmsubfp, vsubfp } from './float';
export { vpmsumb, vpmsumd, vpmsumh, vpmsumw } from './polynomial';
export { vectorShift } from './shift';
