import { KernelError } from '../kernel.ts';
import { createKernelRequest } from '../protocol/kernel-request.ts';
import type { Channel, KernelMessage } from '../protocol/message.ts';
import { FinishedCheck } from '../zmq/finished-check.ts';
import { KernelGreeting } from '../zmq/kernel-greeting.ts';
import { MeetingAgain } from './meeting-again.ts';

type Info = Readonly<Record<string, unknown>>;

/** What we ask one process of a kernel in our own name, whose answers nobody else hears of (R2). */
export class OwnRequests {
  /** Names them, and our websocket to the kernel's server. */
  readonly sessionId: string;
  /** Under which the process speaks, by its first answer. */
  kernelSession: string | null;
  readonly #send: (message: KernelMessage) => void;
  #greeting: KernelGreeting | null = null;
  #meeting: MeetingAgain | null = null;
  readonly #checks = new Set<FinishedCheck>();
  #isClosed = false;

  /** @param send does not throw; sends nothing where there is no connection */
  constructor(sessionId: string, kernelSession: string | null, send: (message: KernelMessage) => void) {
    this.sessionId = sessionId;
    this.kernelSession = kernelSession;
    this.#send = send;
  }

  get isGreeting(): boolean {
    return this.#greeting !== null;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** As `KernelGreeting.done`; also over a break of the connection. @throws KernelError KERNEL_NOT_READY, KERNEL_DEAD */
  async greet(): Promise<Info> {
    const greeting = new KernelGreeting(() => this.#ask('shell'));
    this.#greeting = greeting;
    try {
      return await greeting.done;
    } finally {
      this.#greeting = null;
    }
  }

  /**
   * Resolves once a kernel that was met before is heard by a new connection.
   * @returns whether it is another process than before; null where the connection broke meanwhile
   */
  async meetAgain(): Promise<boolean | null> {
    this.#meeting?.end();
    const meeting = new MeetingAgain(() => this.#ask('control'));
    this.#meeting = meeting;
    const session = await meeting.done;
    if (this.#meeting !== meeting) return null;
    this.#meeting = null;
    const isAnother = session !== null && this.kernelSession !== null && session !== this.kernelSession;
    if (isAnother) this.kernelSession = session;
    return isAnother;
  }

  /** As `FinishedCheck.done`; false too where the connection broke meanwhile. */
  async finished(): Promise<boolean> {
    const check = new FinishedCheck((request) => this.#send(request), this.sessionId);
    this.#checks.add(check);
    const isFinished = await check.done;
    this.#checks.delete(check);
    return isFinished;
  }

  /** A kernel_info_request, which is answered in its turn. @returns its header */
  askOnShell(): KernelMessage['header'] {
    return this.#ask('shell');
  }

  /** All that is heard. @returns whether it is for nobody else */
  heard(message: KernelMessage): boolean {
    const { channel, header, parentHeader: parent } = message;
    for (const check of this.#checks) check.heard(message);
    this.#meeting?.heard(message);
    if (channel === 'iopub') this.#greeting?.heardOnIopub();
    if (parent?.session !== this.sessionId) return false;
    if (channel === 'iopub') return parent.msg_type === 'kernel_info_request';
    if (header.msg_type === 'kernel_info_reply' && this.#greeting !== null) {
      this.kernelSession = header.session;
      this.#greeting.answered(message);
    }
    return true;
  }

  /** The connection broke: what was asked may never be answered. */
  broken(): void {
    const meeting = this.#meeting;
    this.#meeting = null;
    meeting?.end();
    for (const check of this.#checks) check.cancel();
  }

  /** The process is gone. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.broken();
    this.#greeting?.cancel(new KernelError('KERNEL_DEAD', 'the kernel ended before it answered'));
  }

  #ask(channel: Channel): KernelMessage['header'] {
    const request = createKernelRequest(channel, 'kernel_info_request', this.sessionId);
    this.#send(request);
    return request.header;
  }
}
