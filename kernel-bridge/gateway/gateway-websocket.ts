import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocket as Websocket } from 'ws';
import { KernelError } from '../kernel.ts';
import { parseMessageHeader } from '../protocol/message-header.ts';
import type { Channel, KernelMessage, MessageHeader } from '../protocol/message.ts';
import { type Dialect, dialectOf } from '../protocol/websocket-dialect.ts';
import type { ClientFrame } from '../protocol/websocket-frame.ts';
import { V1_SUBPROTOCOL } from '../protocol/websocket-v1-codec.ts';
import type { GatewayHttp } from './gateway-http.ts';
import { authorizationOf, type GatewaySettings, LAUNCH_TIMEOUT } from './gateway-settings.ts';
import { tlsOptions } from './tls-options.ts';

// Not the websocket client of `@jupyterlab/services`, which parses each message and writes it anew: NaN, which Python
// writes, makes it lose the message, big integers are rounded, and what answers none of its own requests in the session
// that it knows of is dropped. Here the bytes pass as they came (W1).

export interface GatewayWebsocketListener {
  message(message: KernelMessage): void;
  /** What came was no message, and is dropped. */
  fault(error: unknown): void;
  /** It did not go out whole, for the connection had broken: its server has not had it, and never will. */
  unsent(message: KernelMessage): void;
}

export interface WebsocketTimes {
  /** Between questions whether the other end is there, in milliseconds. */
  readonly ping: number;
  /** After so long without a byte it is not. */
  readonly silence: number;
  /** For a server to agree, of a kernel that has answered before. One that has not yet gets what a launch gets. */
  readonly handshake: number;
}
export const TIMES: WebsocketTimes = { ping: 10_000, silence: 30_000, handshake: 20_000 };

/** Half of what the spool can keep as one. A server that sends more ends its connection by it. */
const LARGEST_MESSAGE = 512 * 1024 * 1024;
/** What may wait in our memory for a server that does not take it. */
const WAITING_BYTES = 256 * 1024 * 1024;
/** For the other end to say goodbye, in milliseconds. */
const FAREWELL = 1000;
const CHANNELS: readonly string[] = ['shell', 'control', 'stdin', 'iopub'] satisfies Channel[];
const NO_SUBPROTOCOL = 'Server sent no subprotocol';

/**
 * Opens the channels of a kernel. Resolves once the server has agreed, which jupyter_server does when the kernel answers.
 * @param sessionId by it the server knows who comes back, and gives what it kept
 * @throws PlaceError
 */
export async function openGatewayWebsocket(
  settings: GatewaySettings,
  http: GatewayHttp,
  kernelId: string,
  sessionId: string,
  listener: GatewayWebsocketListener,
  times: WebsocketTimes,
  hasAnswered: boolean,
): Promise<GatewayWebsocket> {
  const { WebSocket } = await import('ws');
  const url = new URL(`api/kernels/${encodeURIComponent(kernelId)}/channels`, settings.url);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('session_id', sessionId);
  const options = {
    headers: authorizationOf(settings),
    ...tlsOptions(settings),
    handshakeTimeout: hasAnswered ? times.handshake : (settings.launchTimeout ?? LAUNCH_TIMEOUT) * 1000,
    maxPayload: LARGEST_MESSAGE,
    perMessageDeflate: false,
    // Python writes a lone surrogate as the byte it stands for.
    skipUTF8Validation: true,
  };
  const open = (protocols: string[]): Promise<GatewayWebsocket> =>
    new Promise((resolve, reject) => {
      const socket = new WebSocket(url, protocols, options);
      let under: Socket | null = null;
      socket.once('upgrade', (answer: IncomingMessage) => (under = answer.socket));
      socket.once('unexpected-response', (_request, answer) => {
        void refusalOf(answer).then((body) => {
          socket.terminate();
          reject(http.refuse(answer.statusCode ?? 0, answer.headers.location, body, 'other'));
        });
      });
      socket.once('error', reject);
      // At once, for messages may come with the handshake's answer.
      socket.once('open', () => {
        socket.off('error', reject);
        resolve(new GatewayWebsocket(socket, under, listener, times));
      });
    });
  try {
    return await open([V1_SUBPROTOCOL]).catch((error: Error) => {
      // An older server speaks the other dialect, and knows no names.
      if (error.message === NO_SUBPROTOCOL) return open([]);
      throw error;
    });
  } catch (error) {
    if ((error as Error).name === 'PlaceError') throw error;
    throw http.noAnswer(error);
  }
}

/** What a server says that opens no websocket; as much as people are shown. */
function refusalOf(answer: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    answer.on('data', (chunk: Buffer) => {
      if (size < 64 * 1024) chunks.push(chunk);
      size += chunk.length;
    });
    for (const end of ['end', 'error', 'close']) answer.once(end, () => resolve(Buffer.concat(chunks)));
  });
}

/** The channels of one kernel, open. */
export class GatewayWebsocket {
  /** Resolves once, to why it closed, in words for people. Nothing is heard afterwards. */
  readonly closed: Promise<string>;
  readonly #socket: Websocket;
  readonly #under: { readonly bytesRead: number } | null;
  readonly #dialect: Dialect;
  readonly #listener: GatewayWebsocketListener;
  readonly #pinging: NodeJS.Timeout;
  /** A flood of output answers one request: its parent_header need not be parsed for every message. */
  #lastParent: { readonly frame: Uint8Array; readonly header: MessageHeader | null } | null = null;
  #bytesRead = 0;
  #heardAt = performance.now();
  #why = 'its server closed the connection';
  #left = false;

  constructor(
    socket: Websocket,
    under: { readonly bytesRead: number } | null,
    listener: GatewayWebsocketListener,
    times: WebsocketTimes,
  ) {
    this.#socket = socket;
    this.#under = under;
    this.#listener = listener;
    this.#dialect = dialectOf(socket.protocol);
    // A Buffer each, for that is what `binaryType` is without being asked.
    socket.on('message', (data, isBinary) => this.#take(data as Buffer, isBinary));
    socket.on('pong', () => (this.#heardAt = performance.now()));
    socket.on('error', (error) => (this.#why = `the connection broke: ${error.message}`));
    this.closed = new Promise((resolve) => socket.once('close', () => resolve(this.#why)));
    this.#pinging = setInterval(() => this.#ping(times.silence), times.ping);
    void this.closed.then(() => clearInterval(this.#pinging));
  }

  /** @throws KernelError KERNEL_OVERLOADED, KERNEL_MESSAGE_INVALID */
  send(message: KernelMessage): void {
    const { channel, header, frames } = message;
    if (channel === 'iopub' || frames.length < 4)
      throw new KernelError('KERNEL_MESSAGE_INVALID', 'it is on iopub, or has fewer than four JSON frames');
    if (this.#socket.bufferedAmount > WAITING_BYTES)
      throw new KernelError('KERNEL_OVERLOADED', 'the gateway does not take in what it is sent');
    const { msg_id: messageId, msg_type: messageType } = header;
    const { data, binary } = this.#dialect.encode({ channel, messageId, messageType, frames });
    this.#socket.send(data, { binary }, (error) => {
      if (error !== undefined && error !== null) this.#listener.unsent(message);
    });
  }

  /** Nothing more is read until it is continued: the server there keeps what the kernel says. */
  pause(isPaused: boolean): void {
    if (isPaused) this.#socket.pause();
    else this.#socket.resume();
    this.#heardAt = performance.now();
  }

  /** What was sent goes out; nothing more is heard. Resolves when it is closed. Idempotent. */
  async close(): Promise<void> {
    if (!this.#left) {
      this.#left = true;
      this.#socket.resume();
      this.#socket.close(1000);
      const limit = setTimeout(() => this.#socket.terminate(), FAREWELL);
      void this.closed.then(() => clearTimeout(limit));
    }
    await this.closed;
  }

  #ping(silence: number): void {
    const bytesRead = this.#under?.bytesRead ?? 0;
    // A large message that is still coming is a sign of life; and one that is not read gives none.
    if (bytesRead !== this.#bytesRead || this.#socket.isPaused) this.#heardAt = performance.now();
    this.#bytesRead = bytesRead;
    if (performance.now() - this.#heardAt > silence) {
      this.#why = 'its server did not answer any more';
      return this.#socket.terminate();
    }
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.ping();
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (this.#left) return;
    this.#heardAt = performance.now();
    let message: KernelMessage;
    try {
      message = this.#read(this.#dialect.decode(data, isBinary));
    } catch (error) {
      return this.#listener.fault(error);
    }
    this.#listener.message(message);
  }

  /** @throws KernelError KERNEL_MESSAGE_INVALID */
  #read({ channel, frames }: ClientFrame): KernelMessage {
    const [headerFrame, parentFrame] = frames;
    if (channel === null || !CHANNELS.includes(channel))
      throw new KernelError('KERNEL_MESSAGE_INVALID', 'a message is on a channel that no kernel has');
    const header = headerFrame && parseMessageHeader(headerFrame);
    if (!header || parentFrame === undefined || frames.length < 4)
      throw new KernelError(
        'KERNEL_MESSAGE_INVALID',
        `a message on ${channel} is not framed as Jupyter does`,
      );
    return { channel: channel as Channel, header, parentHeader: this.#parentOf(parentFrame), frames };
  }

  #parentOf(frame: Uint8Array): MessageHeader | null {
    if (this.#lastParent === null || Buffer.compare(this.#lastParent.frame, frame) !== 0)
      this.#lastParent = { frame, header: parseMessageHeader(frame) };
    return this.#lastParent.header;
  }
}
