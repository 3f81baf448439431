import type { KernelLog } from '../local/kernel-log.ts';
import type { KernelMessage } from '../protocol/message.ts';
import type { GatewayAccess } from './gateway-access.ts';
import { TIMES, type WebsocketTimes } from './gateway-websocket.ts';
import { KernelWatch } from './kernel-watch.ts';
import { KeptWebsocket, type Loss, RECONNECT, type ReconnectTimes } from './kept-websocket.ts';
import { CountedMessages } from './counted-messages.ts';
import { OwnRequests } from './own-requests.ts';
import { type ServerNotice, serverNoticeOf } from './server-notice.ts';
import { says } from './shutdown-reply.ts';
import { UnfinishedRuns } from './unfinished-runs.ts';

export interface GatewayKernelTimes extends WebsocketTimes, ReconnectTimes {
  /** See `KernelWatch`. */
  readonly look: number;
}
export const GATEWAY_TIMES: GatewayKernelTimes = { ...TIMES, ...RECONNECT, look: 60_000 };

export interface GatewayConnectionPlan {
  readonly access: GatewayAccess;
  /** Of the kernel, as its server names it. */
  readonly remoteId: string;
  readonly sessionId: string;
  /** Under which its process speaks; null where it has not answered. */
  readonly kernelSession: string | null;
  readonly times: GatewayKernelTimes;
  readonly kernelId: string;
  readonly log: KernelLog;
  /** It can be spoken to. */
  opened(): void;
  /** It is heard again, and this comes next; what it said meanwhile may be lost. */
  heardAgain(lost: Loss): void;
  /** It cannot for the time being. */
  closed(): void;
  /** What the kernel says to others than us. */
  message(message: KernelMessage): void;
  /** What its server says in its name. */
  notice(notice: ServerNotice): void;
  warned(text: string): void;
  /**
   * It said more since then than came here, before what comes next.
   * @param ended the executions whose reply or `idle` is among that, and which have ended
   */
  missing(since: Date, ended: readonly string[]): void;
  /** The kernel is there no more. The last that is told. */
  gone(why: string): void;
}

/** After it said that it ends, its server takes so long to have forgotten it. In milliseconds. */
const ENDING = [1_000, 7_000];

/** The way to one process of a kernel at a gateway, kept open for as long as it lives. A new process gets a new one. */
export class GatewayConnection {
  readonly own: OwnRequests;
  readonly #plan: GatewayConnectionPlan;
  readonly #websocket: KeptWebsocket;
  readonly #watch: KernelWatch;
  readonly #counted = new CountedMessages();
  readonly #runs: UnfinishedRuns;
  /** As many as were sent between the end of a connection and the moment when it was noticed. */
  #unsent: KernelMessage[] = [];
  /** Told with the first that is heard: a server in trouble takes connections, and closes them at once. */
  #lost: Loss | null = null;

  /** @param lost where an earlier holder had it open, since when nobody has */
  constructor(plan: GatewayConnectionPlan, lost: Loss | null) {
    this.#plan = plan;
    const { access, remoteId, sessionId, kernelSession, times, log } = plan;
    this.own = new OwnRequests(sessionId, kernelSession, (message) => this.trySend(message));
    this.#runs = new UnfinishedRuns({
      ask: () => (this.isOpen && this.own.kernelSession !== null ? this.own.askOnShell() : null),
      ended: (messageIds, since) => plan.missing(since, messageIds),
    });
    const watch = new KernelWatch({
      access,
      remoteId,
      interval: times.look,
      gone: (why) => plan.gone(why),
      denied: ({ message, remedy }) =>
        plan.warned(
          `${message} ${remedy} Until then the kernel goes on there, and cannot be interrupted or restarted.`,
        ),
      unknown: ({ message }) =>
        log.debug(
          { kernelId: plan.kernelId, reason: message },
          'a gateway does not say whether it has a kernel',
        ),
    });
    this.#watch = watch;
    const listener = {
      message: (message: KernelMessage) => this.#heard(message),
      unsent: (message: KernelMessage) => {
        // A question of our own is asked anew.
        if (message.header.session !== sessionId) this.#unsent.push(message);
      },
      fault: (error: unknown) => this.#warn(error, 'what a gateway sent is no kernel message'),
    };
    this.#websocket = new KeptWebsocket(
      {
        times,
        host: access.host,
        open: () =>
          access.openWebsocket(remoteId, sessionId, listener, times, this.own.kernelSession !== null),
        whyGone: () => watch.whyGone(),
        opened: (since) => {
          this.#lost ??= since;
          plan.opened();
        },
        closed: () => {
          this.own.broken();
          this.#runs.broken();
          plan.closed();
        },
        unreachable: ({ message, remedy }) => plan.warned(`${message} ${remedy} The kernel may go on there.`),
        gone: (why) => plan.gone(why),
      },
      lost,
    );
  }

  get isOpen(): boolean {
    return this.#websocket.isOpen;
  }

  /** Sends nothing where it is not open. @throws KernelError KERNEL_OVERLOADED, KERNEL_MESSAGE_INVALID */
  send(message: KernelMessage): void {
    this.#websocket.send(message);
    this.#counted.sent(message);
    this.#runs.sent(message);
  }

  /** What certainly did not go out before the connection broke, in order, to be sent once more. */
  takeUnsent(): readonly KernelMessage[] {
    const unsent = this.#unsent;
    this.#unsent = [];
    return unsent;
  }

  /** A failure is for the log: whoever sent it was told that it is taken. */
  trySend(message: KernelMessage): void {
    try {
      this.send(message);
    } catch (error) {
      this.#warn(error, 'what waited for a kernel could not be sent to it');
    }
  }

  /** Nothing more is read: the server there keeps what the kernel says. */
  pause(isPaused: boolean): void {
    this.#websocket.pause(isPaused);
  }

  /** Whether the kernel is still there. Never rejects. */
  look(): Promise<void> {
    return this.#watch.look();
  }

  /** Nothing is told any more; what was sent goes out. Idempotent. */
  async close(): Promise<void> {
    this.#watch.close();
    this.own.close();
    this.#runs.close();
    await this.#websocket.close();
  }

  #heard(message: KernelMessage): void {
    this.#watch.heard();
    if (this.#lost !== null) {
      this.#counted.toldAll();
      this.#plan.heardAgain(this.#lost);
    }
    this.#lost = null;
    const notice = serverNoticeOf(message, this.own.sessionId);
    if (notice?.kind === 'limits') this.#counted.toldOf(notice.requestId);
    if (notice !== null) return this.#plan.notice(notice);
    if (this.own.kernelSession === null) this.#counted.isStarting();
    const missing = this.#counted.heard(message);
    if (missing !== null) this.#plan.missing(missing, []);
    const isPublished = message.channel === 'iopub';
    if (isPublished) this.#runs.heard(message);
    if (!this.own.heard(message)) this.#pass(message);
    // A run is not over before its reply is heard.
    if (!isPublished) this.#runs.heard(message);
  }

  #pass(message: KernelMessage): void {
    this.#plan.message(message);
    if (says(message, 'shutdown')) for (const delay of ENDING) this.#watch.lookIn(delay);
  }

  #warn(error: unknown, message: string): void {
    const { kernelId, access, log } = this.#plan;
    log.warn({ kernelId, host: access.host, reason: (error as Error).message }, message);
  }
}
