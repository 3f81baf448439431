import type { Logger } from '../logger.ts';
import type { RawData, WebSocket } from 'ws';
import type { Authorize } from '../auth/authorize.ts';
import { plainWebSockets } from '../plain-websockets.ts';
import type { SharedDocuments } from '../shared-document.ts';
import type { Upgrade, UpgradeRoute } from '../upgrade-route.ts';
import type { LivePage } from './live-page.ts';
import type { SaveDocument } from './page-document.ts';
import type { AgentFeed } from './page-agents.ts';
import type { RuntimeNews } from './page-runtimes.ts';
import { watchLiveness } from './page-liveness.ts';
import type { PagePresence } from './page-presence.ts';
import type { PageSocket } from './page-socket.ts';

/** A notebook that a page brings back whole, after the server was restored from a backup, is one message. */
const LONGEST_MESSAGE = 256 * 1024 * 1024;
const SERVICE_RESTART = 1012;

interface LiveSocketsDependencies {
  readonly documents: SharedDocuments;
  readonly save: SaveDocument;
  readonly agents: AgentFeed;
  readonly runtimes: RuntimeNews;
  readonly authorize: Authorize;
  readonly logger: Logger;
  /** Of the server. */
  readonly version: string;
}

/** The websocket `/api/in-the-loop/v1/live`: one for each page, whatever it has open. */
export class LiveSockets {
  readonly #deps: LiveSocketsDependencies;
  readonly #pages = new Set<LivePage>();
  #presence: Promise<PagePresence> | null = null;
  readonly #server = plainWebSockets(LONGEST_MESSAGE);

  constructor(deps: LiveSocketsDependencies) {
    this.#deps = deps;
  }

  readonly upgradeRoutes: readonly UpgradeRoute[] = [
    { pattern: /^\/api\/in-the-loop\/v1\/live$/, handle: (upgrade) => this.#open(upgrade) },
  ];

  /** Pages come back to the next server by themselves. Idempotent. */
  close(): void {
    for (const page of this.#pages) page.closed();
    for (const webSocket of this.#server.clients) webSocket.close(SERVICE_RESTART, 'server-closing');
    this.#server.close();
    void this.#presence?.then((presence) => presence.close());
  }

  async #open({ request, socket, head, identity }: Upgrade): Promise<void> {
    const { authorize, logger } = this.#deps;
    authorize(identity, 'read', 'contents');
    // Yjs comes with it: a server on which nobody shares documents starts without.
    const { LivePage } = await import('./live-page.ts');
    const presence = await (this.#presence ??= import('./page-presence.ts').then(
      ({ PagePresence }) => new PagePresence(),
    ));
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const page: LivePage = new LivePage(pageSocket(webSocket), identity, { ...this.#deps, presence });
      this.#pages.add(page);
      webSocket.on('message', (data, isBinary) => {
        if (isBinary) page.receiveBinary(bytesOf(data));
        else page.receiveText((data as Buffer).toString());
      });
      webSocket.on('error', (error) => logger.debug({ err: error }, 'The live socket of a page failed'));
      webSocket.once('close', () => {
        this.#pages.delete(page);
        page.closed();
      });
      watchLiveness(webSocket, socket, () => {
        if (page.isWelcome) page.sendAlive();
        else webSocket.terminate();
      });
    });
  }
}

function bytesOf(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function pageSocket(webSocket: WebSocket): PageSocket {
  return {
    get unsentBytes() {
      return webSocket.bufferedAmount;
    },
    send(data) {
      if (webSocket.readyState === webSocket.OPEN) webSocket.send(data);
    },
    sendAndWait(data) {
      return new Promise((resolve) => {
        // Its failure is told by the socket's close.
        if (webSocket.readyState === webSocket.OPEN) webSocket.send(data, () => resolve());
        else resolve();
      });
    },
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
    // One that does not take even this is cut off by `ws` half a minute later.
    close: (code, reason) => webSocket.close(code, reason),
  };
}
