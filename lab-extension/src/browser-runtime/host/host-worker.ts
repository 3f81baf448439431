import type { KernelEngineEvents } from './kernel-engine.ts';
import { PageHost } from './page-host.ts';
import type { HostTells, PageSays } from './page-talk.ts';
import { startRealmEngine } from './realm-engine.ts';
import { startWorkerEngine } from './worker-engine.ts';

// The host worker: the kernels of one page, and the way to the server. It never runs people's code itself, so that it can
// always be spoken to.
const scope = self as unknown as Pick<Worker, 'postMessage' | 'onmessage'>;

scope.onmessage = ({ ports }: MessageEvent): void => {
  const port = ports[0];
  if (port === undefined) return;
  const tell = (told: HostTells): void => port.postMessage(told);
  let host: PageHost | null = null;
  port.onmessage = ({ data }: MessageEvent<PageSays>) => {
    if (data.type === 'open') host ??= new PageHost(data.settings, startEngine, tell);
    else host?.hear(data);
  };
};

function startEngine(kind: 'python' | 'html', events: KernelEngineEvents) {
  if (kind === 'python')
    return startWorkerEngine(new URL('python-worker.js', location.href), 'Python', events);
  return startRealmEngine((asked, ports) => scope.postMessage(asked, [...ports]), events);
}
