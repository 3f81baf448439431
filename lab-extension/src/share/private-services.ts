import {
  KernelManager,
  KernelSpecManager,
  ServerConnection,
  SessionManager,
  type Session,
} from '@jupyterlab/services';
import type { IHostedKernel } from '../browser-runtime/browser-runtime.ts';
import { PRIVATE_KERNELSPECS, type PrivateKernels } from './private-kernels.ts';
import { PrivateSocket } from './private-socket.ts';

/** It is nowhere, and asked nothing. */
const NOWHERE = 'https://private-copies.invalid/';

export interface PrivateServices {
  readonly sessions: Session.IManager;
  readonly kernels: KernelManager;
  readonly kernelspecs: KernelSpecManager;
}

/** JupyterLab's own sessions and kernels, on the kernels of this page. */
export function privateServices(kernels: PrivateKernels): PrivateServices {
  const find = (url: string): IHostedKernel | null => {
    const id = /\/api\/kernels\/([^/]+)\/channels/.exec(new URL(url).pathname)?.[1] ?? '';
    return kernels.find(decodeURIComponent(id));
  };
  class Socket extends PrivateSocket {
    constructor(url: string) {
      super(find(url));
    }
  }
  const serverSettings = ServerConnection.makeSettings({
    baseUrl: NOWHERE,
    wsUrl: NOWHERE.replace('https', 'wss'),
    token: '',
    appendToken: false,
    fetch: () => Promise.reject(new TypeError('Private copies ask no server.')),
    WebSocket: Socket as unknown as typeof WebSocket,
    serializer: {
      // Nothing is between the two ends that would need bytes.
      serialize: (message) => message as unknown as string,
      deserialize: (data) =>
        data as unknown as ReturnType<ServerConnection.ISettings['serializer']['deserialize']>,
    },
  });
  const kernelAPIClient = kernels.kernelClient(serverSettings);
  const sessionAPIClient = kernels.sessionClient(serverSettings);
  const kernelSpecAPIClient = { serverSettings, get: () => Promise.resolve(PRIVATE_KERNELSPECS) };
  const kernelManager = new KernelManager({ serverSettings, kernelAPIClient, kernelSpecAPIClient });
  return {
    kernels: kernelManager,
    sessions: new SessionManager({ serverSettings, kernelManager, sessionAPIClient }),
    kernelspecs: new KernelSpecManager({ serverSettings, kernelSpecAPIClient }),
  };
}
