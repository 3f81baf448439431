import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { type Context, Dealer, type Observer, Subscriber } from 'zeromq';
import { KernelError } from '../kernel.ts';
import { type ConnectionInfo, endpointOf } from '../protocol/connection-info.ts';
import { createKernelRequest, type OwnRequestType } from '../protocol/kernel-request.ts';
import { MessageSigner } from '../protocol/message-signer.ts';
import type { Channel, KernelMessage } from '../protocol/message.ts';
import { ZmqCodec } from '../protocol/zmq-codec.ts';
import { curveOptions } from './curve-options.ts';
import { FloodPacing } from './flood-pacing.ts';
import { FinishedCheck } from './finished-check.ts';
import { beats } from './heartbeat.ts';
import { infoOf, KernelGreeting } from './kernel-greeting.ts';
import { SendQueue } from './send-queue.ts';

/** How long the last words of a kernel are waited for if a child of it keeps the connection open. */
const DRAIN_LIMIT = 250;
/** How long what was sent may still take to reach a kernel that is left, in milliseconds. */
const LEAVE_LIMIT = 500;
/** A kernel that was met before is taken to be heard after this time, in milliseconds, for it may be too busy to say so. */
const MEETING_LIMIT = 1_000;
/** In milliseconds. */
const INTERRUPT_LIMIT = 1000;
const MEETING_NUDGE = 50;

export interface ZmqConnectionListener {
  message(message: KernelMessage): void;
  /** A message was unreadable and dropped, or could not be sent. */
  fault(error: unknown): void;
  /** Of a kernel that was met: its end of iopub has closed. ZeroMQ tries to reach it again. */
  cut?(): void;
  /** It is reached again; what it said on iopub meanwhile is lost. */
  mended?(): void;
  /** By what session the kernel answers us, each time that it says what it is: another process has another. */
  answeredAs?(session: string): void;
}

/** What differs where a kernel is not on this machine. */
export interface FarOptions {
  /** How seldom it is tried to reach a kernel again, in milliseconds. */
  readonly reconnectMaxInterval: number;
  /** A way that breaks without a word is noticed by these, in milliseconds. */
  readonly heartbeatInterval?: number;
  readonly heartbeatTimeout?: number;
}

/**
 * The sockets to one kernel process: a DEALER each for shell, control and stdin, and one SUB for iopub that is
 * always read at full speed (a PUB socket drops what its subscriber leaves lying). A new process gets a new
 * connection, so that nothing meant for the old one reaches it.
 */
export class ZmqConnection {
  /**
   * Names our own requests, whose answers nobody else hears of, and our sockets: kernels address replies and input
   * requests to the identity that the request came from.
   */
  readonly routingId: string;
  readonly #context: Context;
  readonly #info: ConnectionInfo;
  readonly #codec: ZmqCodec;
  readonly #listener: ZmqConnectionListener;
  readonly #dealers: Readonly<Record<'shell' | 'control' | 'stdin', Dealer>>;
  readonly #queues: Readonly<Record<'shell' | 'control' | 'stdin', SendQueue>>;
  readonly #iopub: Subscriber;
  readonly #pacing = new FloodPacing();
  /** Those whose messages are still taken. */
  readonly #reading = new Set<Dealer | Subscriber>();
  #greeting: KernelGreeting | null = null;
  readonly #finishedChecks = new Set<FinishedCheck>();
  #onIopub: (() => void) | null = null;
  #onInfo: ((reply: KernelMessage) => void) | null = null;
  #onInterrupted: (() => void) | null = null;
  #iopubEnded: Promise<void> | null = null;
  #closed = false;

  /**
   * @param routingId of an earlier connection to the same process, to get what it answers to that one
   * @param far for a kernel on another machine
   */
  constructor(
    context: Context,
    info: ConnectionInfo,
    listener: ZmqConnectionListener,
    routingId: string = randomUUID(),
    far: FarOptions | null = null,
  ) {
    this.routingId = routingId;
    this.#context = context;
    this.#info = info;
    this.#codec = new ZmqCodec(new MessageSigner(info.signature_scheme, info.key));
    this.#listener = listener;
    const options = {
      context,
      linger: 0,
      receiveHighWaterMark: 0,
      // A fresh kernel is met soon after it binds; a slow one is not hammered.
      reconnectInterval: 8,
      reconnectMaxInterval: 40,
      ...far,
      ...curveOptions(info),
    };
    const made: (Dealer | Subscriber)[] = [];
    const make = <Socket extends Dealer | Subscriber>(socket: Socket, channel: Channel): Socket => {
      made.push(socket);
      socket.connect(endpointOf(info, channel));
      return socket;
    };
    const dealer = (channel: Channel) => make(new Dealer({ ...options, routingId }), channel);
    try {
      this.#iopub = make(new Subscriber(options), 'iopub');
      this.#iopub.subscribe();
      this.#dealers = { shell: dealer('shell'), control: dealer('control'), stdin: dealer('stdin') };
    } catch (error) {
      // Each socket takes files of the process, which may have no more.
      for (const socket of made) socket.close();
      throw error;
    }
    const queue = (socket: Dealer) => new SendQueue(socket, (error) => listener.fault(error));
    this.#queues = {
      shell: queue(this.#dealers.shell),
      control: queue(this.#dealers.control),
      stdin: queue(this.#dealers.stdin),
    };
    this.#listen('iopub', this.#iopub);
    for (const channel of ['shell', 'control', 'stdin'] as const)
      this.#listen(channel, this.#dealers[channel]);
  }

  /** @throws KernelError KERNEL_OVERLOADED, KERNEL_MESSAGE_INVALID */
  send(message: KernelMessage): void {
    if (message.channel === 'iopub')
      throw new KernelError('KERNEL_MESSAGE_INVALID', 'nothing can be sent on iopub');
    if (!this.#closed) this.#queues[message.channel].send(this.#codec.encode(message));
  }

  /** Whether the kernel's heartbeat answers within a second. */
  beats(): Promise<boolean> {
    return beats(this.#context, this.#info);
  }

  /** Sends a request of our own on control. Its reply is not passed on; what the kernel says on iopub is. */
  request(type: Exclude<OwnRequestType, 'kernel_info_request'>, content: Record<string, unknown> = {}): void {
    this.send(createKernelRequest('control', type, this.routingId, content));
  }

  /**
   * Resolves to the content of kernel_info_reply once iopub is heard too. Asks anew if it failed before.
   * @throws KernelError KERNEL_NOT_READY, KERNEL_DEAD
   */
  async greet(): Promise<Readonly<Record<string, unknown>>> {
    const greeting = new KernelGreeting(() => {
      try {
        this.send(createKernelRequest('shell', 'kernel_info_request', this.routingId));
      } catch (error) {
        this.#listener.fault(error);
      }
    });
    this.#greeting = greeting;
    const info = await greeting.done;
    this.#watchEnd();
    return info;
  }

  /**
   * For a kernel that an earlier connection has met: resolves once iopub is heard, or after a second. It is asked on
   * control, where most kernels answer while they are busy.
   */
  async meetAgain(): Promise<void> {
    const ask = (): void => {
      try {
        this.send(createKernelRequest('control', 'kernel_info_request', this.routingId));
      } catch (error) {
        this.#listener.fault(error);
      }
    };
    ask();
    const again = setInterval(ask, MEETING_NUDGE);
    const heard = new Promise<void>((resolve) => (this.#onIopub = resolve));
    const limit = sleep(MEETING_LIMIT, undefined, { ref: false });
    await Promise.race([heard, limit]);
    clearInterval(again);
    this.#watchEnd();
  }

  /**
   * Interrupts by a message. Resolves once the kernel says that it has, or after a second: ipykernel drops what it takes up
   * at the moment of the interrupt, so what follows had better not be under way with it.
   */
  async interrupt(): Promise<void> {
    const interrupted = new Promise<void>((resolve) => (this.#onInterrupted = resolve));
    this.request('interrupt_request');
    await Promise.race([interrupted, sleep(INTERRUPT_LIMIT, undefined, { ref: false })]);
  }

  /**
   * Asks what the kernel is, on shell and on control. The answer on shell tells that it has started, and is waited for; one
   * that is busy answers on control alone.
   * @returns null if neither came in that time, in milliseconds
   */
  async inform(patience: number): Promise<Readonly<Record<string, unknown>> | null> {
    let onControl: KernelMessage | null = null;
    const onShell = new Promise<KernelMessage>((resolve) => {
      this.#onInfo = (reply) => {
        if (reply.channel === 'shell') resolve(reply);
        else onControl ??= reply;
      };
    });
    for (const channel of ['shell', 'control'] as const)
      this.send(createKernelRequest(channel, 'kernel_info_request', this.routingId));
    const given = new AbortController();
    const limit = sleep(patience, null, { signal: given.signal }).catch(() => null);
    const reply = (await Promise.race([onShell, limit])) ?? onControl;
    given.abort();
    return reply === null ? null : infoOf(reply);
  }

  /**
   * Whether the kernel has done all that it was sent before this, by earlier connections too, and has answered it:
   * resolves to true when it has, to false if the connection is closed before. Takes as long as the kernel is busy.
   */
  async finished(): Promise<boolean> {
    if (this.#closed) return false;
    const check = new FinishedCheck((request) => {
      try {
        this.send(request);
      } catch (error) {
        this.#listener.fault(error);
      }
    }, this.routingId);
    this.#finishedChecks.add(check);
    const finished = await check.done;
    this.#finishedChecks.delete(check);
    return finished;
  }

  /** Resolves when the kernel's end of iopub is closed; null before the kernel is met. */
  get ended(): Promise<void> | null {
    return this.#iopubEnded;
  }

  /** Resolves when everything that a process, gone now, had said on iopub is delivered. */
  async drain(): Promise<void> {
    if (this.#iopubEnded !== null) {
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, DRAIN_LIMIT)));
      await Promise.race([this.#iopubEnded, limit]);
      clearTimeout(timer);
    }
    while ([...this.#reading].some((socket) => !socket.closed && socket.readable)) await nextTurn();
  }

  /** Leaves the kernel, which lives on: what was sent still reaches it, and what has come is delivered. */
  async leave(): Promise<void> {
    if (this.#closed) return;
    const sockets = Object.values(this.#dealers);
    const sent = Promise.all(Object.values(this.#queues).map((queue) => queue.empty()));
    await Promise.race([sent, sleep(LEAVE_LIMIT, undefined, { ref: false })]);
    for (const socket of sockets) if (!socket.closed) socket.linger = LEAVE_LIMIT;
    this.close();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#greeting?.cancel(new KernelError('KERNEL_DEAD', 'the kernel ended before it answered'));
    for (const check of this.#finishedChecks) check.cancel();
    for (const socket of [this.#iopub, ...Object.values(this.#dealers)]) socket.close();
  }

  #listen(channel: Channel, socket: Dealer | Subscriber): void {
    this.#reading.add(socket);
    void this.#read(channel, socket).finally(() => this.#reading.delete(socket));
  }

  async #read(channel: Channel, socket: Dealer | Subscriber): Promise<void> {
    while (!socket.closed) {
      // What arrives meanwhile waits in our memory, not the kernel's.
      if (channel === 'iopub' && this.#pacing.flooding && !socket.readable) await sleep(1);
      let parts: Buffer[];
      try {
        parts = await socket.receive();
      } catch (error) {
        // Closing a socket ends its pending receive.
        if (!socket.closed) this.#listener.fault(error);
        return;
      }
      try {
        this.#take(this.#codec.decode(channel, parts));
      } catch (error) {
        this.#listener.fault(error);
      }
    }
  }

  #take(message: KernelMessage): void {
    if (this.#closed) return;
    const parent = message.parentHeader;
    const ours = parent !== null && parent.session === this.routingId;
    for (const check of this.#finishedChecks) check.heard(message);
    if (message.channel === 'iopub') {
      this.#onIopub?.();
      this.#pacing.heard(parent, performance.now());
      this.#greeting?.heardOnIopub();
      if (ours && parent.msg_type === 'kernel_info_request') return;
    } else if (ours) {
      if (message.header.msg_type === 'kernel_info_reply') this.#informed(message);
      if (message.header.msg_type === 'interrupt_reply') this.#onInterrupted?.();
      return;
    }
    this.#listener.message(message);
  }

  #informed(reply: KernelMessage): void {
    this.#greeting?.answered(reply);
    this.#onInfo?.(reply);
    // Some kernels answer by the session of whoever asks.
    const { session } = reply.header;
    if (session !== this.routingId) this.#listener.answeredAs?.(session);
  }

  #watchEnd(): void {
    if (!this.#closed) this.#iopubEnded ??= this.#watchIopub(this.#iopub.events);
  }

  /**
   * Resolves when the kernel's end of iopub is closed: ZeroMQ says so after it has read all that was sent. Not
   * watched before the kernel is met, when every attempt to connect would be reported.
   */
  #watchIopub(events: Observer): Promise<void> {
    return new Promise((resolve) => void this.#observe(events, resolve));
  }

  /** To the very end, which closes the observer; else its files stay open until it is collected as garbage. */
  async #observe(events: Observer, onDisconnected: () => void): Promise<void> {
    while (!events.closed) {
      // An observer that fails has nothing more to tell.
      const event = await events.receive().catch(() => null);
      if (event === null || event.type === 'disconnect' || event.type === 'end') onDisconnected();
      if (event === null) return;
      if (this.#closed) continue;
      if (event.type === 'disconnect') this.#listener.cut?.();
      if (event.type === 'handshake') this.#listener.mended?.();
    }
  }
}
