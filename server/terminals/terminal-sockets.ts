import type { Logger } from 'pino';
import type { Authorize } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import { plainWebSockets } from '../plain-websockets.ts';
import type { Upgrade, UpgradeRoute } from '../upgrade-route.ts';
import { keepAlive } from '../websocket-keep-alive.ts';
import { SocketClient } from './socket-client.ts';
import { SETUP_MESSAGE } from './terminal-message.ts';
import type { Terminals } from './terminals.ts';

/** Enough for anything that is pasted. */
const LONGEST_MESSAGE = 16 * 1024 * 1024;
/** "Internal error", of the same. */
const FAILED = 1011;

/** The websocket `/terminals/websocket/{name}` (contract §2.5). */
export class TerminalSockets {
  readonly #terminals: Terminals;
  readonly #authorize: Authorize;
  readonly #logger: Logger;
  readonly #server = plainWebSockets(LONGEST_MESSAGE);

  constructor(terminals: Terminals, authorize: Authorize, logger: Logger) {
    this.#terminals = terminals;
    this.#authorize = authorize;
    this.#logger = logger;
  }

  readonly upgradeRoutes: readonly UpgradeRoute[] = [
    { pattern: /^\/terminals\/websocket\/(\w+)$/, handle: (upgrade) => this.#open(upgrade) },
  ];

  /** Idempotent. The terminals go on. */
  close(): void {
    for (const webSocket of this.#server.clients) webSocket.terminate();
    this.#server.close();
  }

  #open({ request, socket, head, identity, parameters: [name = ''] }: Upgrade): void {
    this.#authorize(identity, 'execute', 'terminals');
    const terminal = this.#terminals.get(name);
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      webSocket.on('error', (error) =>
        this.#logger.debug({ err: error, terminal: name }, 'A terminal socket failed'),
      );
      keepAlive(webSocket);
      webSocket.send(SETUP_MESSAGE);
      const client = new SocketClient(webSocket, terminal, () => {
        this.#logger.warn({ terminal: name }, 'Dropped a client of a terminal that takes no output');
        webSocket.terminate();
      });
      webSocket.on('message', (data, isBinary) => {
        try {
          // Asked for each line typed, and not only when the socket opened (I7).
          this.#authorize(identity, 'execute', 'terminals');
          client.receive(data, isBinary);
        } catch (error) {
          if (error instanceof HttpError) webSocket.close(4000 + error.status, error.message);
          else {
            // One terminal that fails must not end the server, and with it all kernels.
            this.#logger.error({ err: error, terminal: name }, 'A terminal could not take what was typed');
            webSocket.close(FAILED, 'The terminal failed');
          }
        }
      });
    });
  }
}
