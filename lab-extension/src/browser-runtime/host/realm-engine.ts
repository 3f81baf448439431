import { startHtmlEngine } from '../realm/html-engine.ts';
import type { WorkerAsks } from './frame-talk.ts';
import type { KernelEngine, KernelEngineEvents } from './kernel-engine.ts';

/** Posts to the document that started this worker. */
export type AskFrame = (asked: WorkerAsks, transfer: readonly MessagePort[]) => void;

/** A kernel whose cells need a document: they run in a realm of the frame, the kernel itself in this worker. */
export function startRealmEngine(ask: AskFrame, events: KernelEngineEvents): KernelEngine {
  const frames = {
    make: (realm: number, port: MessagePort) => ask({ type: 'make-realm', realm }, [port]),
    end: (realm: number) => ask({ type: 'end-realm', realm }, []),
  };
  return startHtmlEngine(frames, (said) => events.says(said));
}
