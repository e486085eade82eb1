import { LEAST_FAVORED, type Xics } from '../../devices/interrupt/xics.js';
import { H_CPPR, H_EOI, H_IPI, H_IPOLL, H_XIRR, H_XIRR_X } from './call-numbers.js';
import type { HypercallTable } from './hypercall-table.js';
import type { PaprFunction } from './papr-call.js';
import type { Rtas } from './rtas.js';
import { RTAS_PARAMETER, RTAS_SUCCESS } from './rtas.js';
import { H_PARAMETER, H_SUCCESS } from './status.js';

const BYTE = 0xff;
const WORD = 0x1_0000_0000;

/**
 * Calls to the calling CPU's presentation controller (PAPR, 14.8) and RTAS functions for the sources (7.3.10).
 * @param ticks timebase
 */
export function registerInterruptCalls(calls: HypercallTable, rtas: Rtas, xics: Xics, ticks: () => number): void {
  const machine = (number: number, perform: PaprFunction): void => calls.register(number, perform, 'machine');
  machine(H_CPPR, (call) => {
    xics.setPriority(call.cpu, call.arg(0) & BYTE);
    return H_SUCCESS;
  });
  machine(H_EOI, (call) => {
    xics.end(call.cpu, call.arg(0));
    return H_SUCCESS;
  });
  machine(H_XIRR, (call) => {
    call.setResult(0, xics.accept(call.cpu));
    return H_SUCCESS;
  });
  machine(H_XIRR_X, (call) => {
    const now = ticks();
    call.setResult(0, xics.accept(call.cpu));
    call.setResult(1, now >>> 0, Math.floor(now / WORD));
    return H_SUCCESS;
  });
  machine(H_IPI, (call) => {
    const server = call.address(0);
    if (!xics.hasServer(server)) return H_PARAMETER;
    xics.setIpiPriority(server, call.arg(1) & BYTE);
    return H_SUCCESS;
  });
  machine(H_IPOLL, (call) => {
    const server = call.address(0);
    if (!xics.hasServer(server)) return H_PARAMETER;
    const { xirr, mfrr } = xics.poll(server);
    call.setResult(0, xirr);
    call.setResult(1, mfrr);
    return H_SUCCESS;
  });

  rtas.register('ibm,set-xive', ([source = 0, server = 0, priority = LEAST_FAVORED]) => [
    xics.setRoute(source, { server, priority: priority & BYTE }) ? RTAS_SUCCESS : RTAS_PARAMETER,
  ]);
  rtas.register('ibm,get-xive', ([source = 0]) => {
    const route = xics.route(source);
    return route ? [RTAS_SUCCESS, route.server, route.priority] : [RTAS_PARAMETER];
  });
  rtas.register('ibm,int-off', ([source = 0]) => [xics.mask(source) ? RTAS_SUCCESS : RTAS_PARAMETER]);
  rtas.register('ibm,int-on', ([source = 0]) => [xics.unmask(source) ? RTAS_SUCCESS : RTAS_PARAMETER]);
}
