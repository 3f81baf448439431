import type { ServerConnection } from '@jupyterlab/services';
import { HOST_HEADER } from '../../../server/wire/browser-runtime.ts';
import { isAboutKernels, type KnownKernels, mayStartHere } from './host-requests.ts';

export interface PageHostConnection {
  readonly hostId: string;
  /** @throws Error for people */
  connected(): Promise<void>;
  /** Interrupts a kernel of this page. @returns false where it has none of this id, or cannot */
  interrupt(kernelId: string): boolean;
}

const INTERRUPT = /^api\/kernels\/([^/]+)\/interrupt$/;

/**
 * Has each request that may start a kernel in a browser wait for this page's host, and name it. The settings are those
 * that all of JupyterLab's managers share: nothing else tells a request apart before it is sent.
 * @param failed told where the host could not be had; the request goes out all the same, for the server may know another
 */
export function carryHost(
  settings: ServerConnection.ISettings,
  host: PageHostConnection,
  known: KnownKernels,
  failed: (error: Error) => void,
): void {
  const send = settings.fetch;
  const { pathname: base } = new URL(settings.baseUrl, location.href);
  const carrying: typeof send = async (input, init) => {
    const request = input instanceof Request && init === undefined ? input : new Request(input, init);
    const { pathname } = new URL(request.url);
    const path = pathname.startsWith(base) ? pathname.slice(base.length) : '';
    const interrupted = request.method === 'POST' ? INTERRUPT.exec(path)?.[1] : undefined;
    if (interrupted !== undefined)
      return send(request).catch((error: unknown) => {
        // The server is away, and the kernel is not.
        if (host.interrupt(decodeURIComponent(interrupted))) return new Response(null, { status: 204 });
        throw error;
      });
    if (!isAboutKernels(request.method, path)) return send(request);
    if (!mayStartHere(request.method, path, await bodyOf(request), known)) return send(request);
    try {
      await host.connected();
      request.headers.set(HOST_HEADER, host.hostId);
    } catch (error) {
      failed(error as Error);
    }
    return send(request);
  };
  (settings as { fetch: typeof send }).fetch = carrying;
}

async function bodyOf(request: Request): Promise<unknown> {
  try {
    return (await request.clone().json()) as unknown;
  } catch {
    // It has none, or another kind: it is about no kernel.
    return null;
  }
}
