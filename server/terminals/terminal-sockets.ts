import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import type { RawData, WebSocket } from 'ws';
import type { Authorize } from '../auth/authorize.ts';
import { HttpError } from '../http-error.ts';
import type { Upgrade, UpgradeRoute } from '../upgrade-route.ts';
import { keepAlive } from '../websocket-keep-alive.ts';
import {
  DISCONNECT_MESSAGE,
  SETUP_MESSAGE,
  parseTerminalRequest,
  stdoutMessage,
} from './terminal-message.ts';
import type { Terminal, TerminalClient, TerminalSize } from './terminal.ts';
import type { Terminals } from './terminals.ts';

/** Enough for anything that is pasted. */
const LONGEST_MESSAGE = 16 * 1024 * 1024;
/** Input that the program has not read, at which the client is read no further. */
const TOO_MUCH_INPUT = 1024 * 1024;
/** "Invalid frame payload data", of the websocket protocol. */
const INVALID_DATA = 1007;
/** "Internal error", of the same. */
const FAILED = 1011;

/** The websocket `/terminals/websocket/{name}` (contract §2.5). */
export class TerminalSockets {
  readonly #terminals: Terminals;
  readonly #authorize: Authorize;
  readonly #logger: Logger;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    maxPayload: LONGEST_MESSAGE,
    handleProtocols: () => false,
  });

  constructor(terminals: Terminals, authorize: Authorize, logger: Logger) {
    this.#terminals = terminals;
    this.#authorize = authorize;
    this.#logger = logger;
  }

  readonly upgradeRoutes: readonly UpgradeRoute[] = [
    { pattern: /^\/terminals\/websocket\/(\w+)$/, handle: (upgrade) => this.#open(upgrade) },
  ];

  /** Idempotent. The terminals are closed on their own. */
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
      const client = new SocketClient(webSocket, terminal, () => {
        this.#logger.warn({ terminal: name }, 'Dropped a client of a terminal that takes no output');
        webSocket.terminate();
      });
      webSocket.send(SETUP_MESSAGE);
      terminal.attach(client);
      webSocket.once('close', () => terminal.detach(client));
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

class SocketClient implements TerminalClient {
  size: TerminalSize | null = null;
  readonly #webSocket: WebSocket;
  readonly #terminal: Terminal;
  readonly #drop: () => void;

  constructor(webSocket: WebSocket, terminal: Terminal, drop: () => void) {
    this.#webSocket = webSocket;
    this.#terminal = terminal;
    this.#drop = drop;
  }

  get unsent(): number {
    return this.#webSocket.bufferedAmount;
  }

  send(output: string): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    // A failed write is told by the socket's close.
    this.#webSocket.send(stdoutMessage(output), () => this.#terminal.continue());
  }

  inputTaken(): void {
    if (this.#webSocket.isPaused) this.#webSocket.resume();
  }

  ended(): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.send(DISCONNECT_MESSAGE);
    this.#webSocket.close();
  }

  drop(): void {
    this.#drop();
  }

  receive(data: RawData, isBinary: boolean): void {
    const request = isBinary ? null : parseTerminalRequest((data as Buffer).toString());
    switch (request?.type) {
      case 'stdin':
        this.#terminal.write(request.text);
        if (this.#terminal.pendingInput > TOO_MUCH_INPUT) this.#webSocket.pause();
        return;
      case 'set_size':
        this.size = request.size;
        this.#terminal.resize();
        return;
      case 'unknown':
        return;
      case undefined:
        this.#webSocket.close(INVALID_DATA, 'Not a terminal message');
    }
  }
}
