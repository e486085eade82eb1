/** Body of the translation worker's thread in Node. */
import { workerData, type MessagePort } from 'node:worker_threads';
import { OrderTranslator } from '../../../jit/worker/translate-orders.js';
import { threadCpuClock } from './thread-cpu-time.js';
import type { WorkOrder, WorkerStart } from '../../../jit/worker/protocol.js';

const { start, port } = workerData as { readonly start: WorkerStart; readonly port: MessagePort };
const translator = new OrderTranslator(start, threadCpuClock());
port.on('message', (order: WorkOrder) => port.postMessage(translator.translate(order)));
