import type { HostSays, KernelSays } from '../../../../kernel-bridge/hosted/host-protocol.ts';
import { runPyodideKernel } from '../../../../kernel-bridge/hosted/pyodide/pyodide-kernel.ts';
import { browserEngine } from './browser-engine.ts';

// A Python kernel's worker, for as long as one process of it lives.
const scope = self as unknown as {
  onmessage: ((event: MessageEvent<HostSays>) => void) | null;
  postMessage(says: KernelSays, transfer: Transferable[]): void;
};
const post = (says: KernelSays, transfer: Transferable[]): void => scope.postMessage(says, transfer);
/** What comes before Python can take it. */
const early: HostSays[] = [];

scope.onmessage = ({ data }) => {
  if (data.type !== 'start') {
    early.push(data);
    return;
  }
  const engine = browserEngine((done) =>
    post({ type: 'progress', text: 'Loading Python', done: 0.7 * done }, []),
  );
  void runPyodideKernel({ post }, data.start, engine).then((hear) => {
    if (hear === null) return;
    scope.onmessage = (event) => hear(event.data);
    for (const said of early.splice(0)) hear(said);
  });
};
