import type { KernelSays } from '../../../../kernel-bridge/hosted/host-protocol.ts';
import type { KernelEngine, KernelEngineEvents } from './kernel-engine.ts';

/** A kernel in a worker of its own: ended with it, also out of an infinite loop. */
export function startWorkerEngine(script: URL, name: string, events: KernelEngineEvents): KernelEngine {
  const worker = new Worker(script, { type: 'module', name });
  let isOver = false;
  const end = (): void => {
    isOver = true;
    worker.terminate();
  };
  worker.onmessage = ({ data }: MessageEvent<KernelSays>) => {
    if (!isOver) events.says(data);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    if (isOver) return;
    end();
    events.broke(
      event.message
        ? `its worker failed: ${event.message}`
        : 'its program could not be loaded. Reload the page once the server can be reached',
    );
  };
  return {
    say: (said) => worker.postMessage(said),
    end,
  };
}
