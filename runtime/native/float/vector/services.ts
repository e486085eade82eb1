/** What generated code calls of the vector-scalar facility, under the names of jit/abi/services.ts. */
export * from './arithmetic';
export * from './compare';
export * from './convert';
export * from './fused';
export * from './round';
export { xscvdpsp, xscvdpsxws, xscvdpuxws, xscvspdp, xsmaxdp, xsmindp, xsrdpic } from '../vsx-scalar';
