import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import type { Authorize } from '../auth/authorize.ts';
import { plainWebSockets } from '../plain-websockets.ts';
import type { Upgrade, UpgradeRoute } from '../upgrade-route.ts';
import { keepAlive } from '../websocket-keep-alive.ts';
import type { JupyterEvent, JupyterEvents } from './jupyter-events.ts';

/** More than this unsent: the tab has stopped reading. It reconnects when it wakes, and asks for lists anyway. */
const MOST_UNSENT = 1024 * 1024;
/** Subscribers have nothing to say. */
const LONGEST_MESSAGE = 64 * 1024;

/** The websocket `/api/events/subscribe`: every event from now on, one text frame each (contract §2.5). */
export class EventSockets {
  readonly #events: JupyterEvents;
  readonly #authorize: Authorize;
  readonly #logger: Logger;
  readonly #server = plainWebSockets(LONGEST_MESSAGE);

  constructor(events: JupyterEvents, authorize: Authorize, logger: Logger) {
    this.#events = events;
    this.#authorize = authorize;
    this.#logger = logger;
  }

  readonly upgradeRoutes: readonly UpgradeRoute[] = [
    { pattern: /^\/api\/events\/subscribe$/, handle: (upgrade) => this.#open(upgrade) },
  ];

  /** Idempotent. */
  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #open({ request, socket, head, identity }: Upgrade): void {
    this.#authorize(identity, 'read', 'events');
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const unsubscribe = this.#events.subscribe((event) => this.#send(webSocket, event));
      webSocket.once('close', unsubscribe);
      webSocket.on('error', (error) =>
        this.#logger.debug({ err: error }, 'The socket of an event subscriber failed'),
      );
      keepAlive(webSocket);
    });
  }

  #send(webSocket: WebSocket, event: JupyterEvent): void {
    if (webSocket.readyState !== webSocket.OPEN) return;
    if (webSocket.bufferedAmount > MOST_UNSENT) {
      this.#logger.warn('Dropped an event subscriber that does not read');
      webSocket.terminate();
    } else webSocket.send(event.text);
  }
}
