import { existsSync } from 'node:fs';
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { WorkOrder, WorkResult, WorkerStart } from '../../../jit/worker/protocol.js';
import type { TranslationWorker } from '../../../runtime/background-translation.js';

/** The thread's code: beside this file in the built package, in dist when this runs from the sources. */
function threadFile(): URL {
  const built = new URL('./translation-thread.js', import.meta.url);
  return existsSync(built) ? built : new URL('../../../dist/src/host/node/translation-thread.js', import.meta.url);
}

/** Starts a translation worker on a Node thread. Results are polled, so that the guest's thread need not go back to the event loop for them. */
export function startTranslationWorker(start: WorkerStart): TranslationWorker {
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(threadFile(), { workerData: { start, port: port2 }, transferList: [port2] });
  worker.unref();
  port1.unref();
  let failed: Error | undefined;
  worker.on('error', (error) => (failed = error));
  return {
    post: (order: WorkOrder) => port1.postMessage(order),
    poll: () => {
      if (failed) throw failed;
      return receiveMessageOnPort(port1)?.message as WorkResult | undefined;
    },
    end: async () => {
      port1.close();
      await worker.terminate();
    },
  };
}
