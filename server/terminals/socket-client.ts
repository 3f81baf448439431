import type { RawData, WebSocket } from 'ws';
import type { TerminalSize, TerminalView } from '../../kernel-bridge/terminals/terminal-host.ts';
import {
  DISCONNECT_MESSAGE,
  parseTerminalRequest,
  replayMessage,
  stdoutMessage,
} from './terminal-message.ts';
import type { Terminal, TerminalClient } from './terminal.ts';

/** Input that the program has not read, in bytes, at which the client is read no further. */
const TOO_MUCH_INPUT = 1024 * 1024;
/** Characters that the client has not taken: more than a replay alone, less than what makes the program wait. */
const TOO_MUCH_UNTAKEN = 768 * 1024;
const STALLED_AFTER = 10_000;
/** "Invalid frame payload data", of the websocket protocol. */
const INVALID_DATA = 1007;

/** A browser's tab, or another program, that watches a terminal through its websocket. */
export class SocketClient implements TerminalClient {
  size: TerminalSize | null = null;
  readonly #webSocket: WebSocket;
  readonly #terminal: Terminal;
  readonly #drop: () => void;
  readonly #view: TerminalView;
  #untaken = 0;
  #stallTimer: NodeJS.Timeout | null = null;

  /** @param drop ends a client that takes nothing, and so makes everybody wait */
  constructor(webSocket: WebSocket, terminal: Terminal, drop: () => void) {
    this.#webSocket = webSocket;
    this.#terminal = terminal;
    this.#drop = drop;
    this.#view = terminal.attach(this);
    webSocket.once('close', () => {
      if (this.#stallTimer !== null) clearTimeout(this.#stallTimer);
      this.#view.close();
      terminal.detach(this);
    });
  }

  replay(printed: string, isWhole: boolean): void {
    this.#send(replayMessage(printed, isWhole), printed.length);
  }

  output(printed: string): void {
    this.#send(stdoutMessage(printed), printed.length);
  }

  inputTaken(): void {
    if (this.#webSocket.isPaused) this.#webSocket.resume();
  }

  ended(): void {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.send(DISCONNECT_MESSAGE);
    this.#webSocket.close();
  }

  receive(data: RawData, isBinary: boolean): void {
    const request = isBinary ? null : parseTerminalRequest((data as Buffer).toString());
    switch (request?.type) {
      case 'stdin':
        this.#view.write(request.text);
        if (this.#view.pendingInput > TOO_MUCH_INPUT) this.#webSocket.pause();
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

  #send(message: string, characters: number): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    this.#untaken += characters;
    // A failed write is told by the socket's close.
    this.#webSocket.send(message, () => {
      this.#untaken -= characters;
      this.#view.taken(characters);
      this.#watchForStall();
    });
    if (this.#stallTimer === null) this.#watchForStall();
  }

  /** Begun anew whenever something was taken. */
  #watchForStall(): void {
    if (this.#stallTimer !== null) clearTimeout(this.#stallTimer);
    this.#stallTimer = null;
    if (this.#untaken <= TOO_MUCH_UNTAKEN) return;
    this.#stallTimer = setTimeout(this.#drop, STALLED_AFTER);
    this.#stallTimer.unref();
  }
}
