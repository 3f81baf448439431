import type { KernelSays } from '../../../../kernel-bridge/hosted/host-protocol.ts';
import type { WorkerAsks } from './frame-talk.ts';
import type { KernelEngine, KernelEngineEvents } from './kernel-engine.ts';

/** Posts to the document that started this worker. */
export type AskFrame = (asked: WorkerAsks, transfer: readonly MessagePort[]) => void;

let lastRealm = 0;

/** A kernel that needs a document: in a realm of the frame, which this worker speaks to by a port. */
export function startRealmEngine(ask: AskFrame, events: KernelEngineEvents): KernelEngine {
  const { port1: port, port2: realms } = new MessageChannel();
  const realm = (lastRealm += 1);
  let isOver = false;
  port.onmessage = ({ data }: MessageEvent<KernelSays>) => {
    if (!isOver) events.says(data);
  };
  ask({ type: 'make-realm', realm }, [realms]);
  return {
    say: (said) => port.postMessage(said),
    end() {
      if (isOver) return;
      isOver = true;
      port.close();
      ask({ type: 'end-realm', realm }, []);
    },
  };
}
