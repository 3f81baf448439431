import { RealmFrames } from '../realm/realm-frames.ts';
import type { FrameOpen, FrameReady, WorkerAsks } from './frame-talk.ts';

// The document of the host's frame: it starts the host worker, hands the page's port on to it, and has the realms of HTML
// kernels in it. The isolation that shared memory needs is this document's alone, and not the page's.
const worker = new Worker(new URL('host-worker.js', location.href), { type: 'module', name: 'host' });
const realms = new RealmFrames(document.documentElement);

worker.onmessage = ({ data, ports }: MessageEvent<WorkerAsks>) => {
  if (data.type === 'end-realm') realms.end(data.realm);
  else if (ports[0] !== undefined) realms.make(data.realm, ports[0]);
};
addEventListener('message', ({ source, origin, data, ports }: MessageEvent<FrameOpen>) => {
  const port = ports[0];
  if (source !== parent || origin !== location.origin || port === undefined) return;
  if (data.type === 'in-the-loop:host-open') worker.postMessage({ type: data.type }, [port]);
});
worker.onerror = () => {
  // The page waits for a word of the worker, and says so when none comes.
};
parent.postMessage({ type: 'in-the-loop:host-ready' } satisfies FrameReady, location.origin);
