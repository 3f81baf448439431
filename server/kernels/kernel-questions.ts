import { randomUUID } from 'node:crypto';
import { KernelError } from '../../kernel-bridge/kernel.ts';
import type { Channel, KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { parseObject } from '../message-part.ts';

/** What the server itself wants to know of a kernel, or have it do; no client sees the answer as its own. */
export interface KernelQuestion {
  readonly channel: Extract<Channel, 'shell' | 'control'>;
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
}

/** What a kernel published while it answered. */
export interface PublishedMessage {
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>>;
}

export interface KernelAnswer {
  /** The content of its reply. */
  readonly reply: Readonly<Record<string, unknown>>;
  /** In order, without its states and the echo of what was asked. */
  readonly published: readonly PublishedMessage[];
}

export interface AskOptions {
  readonly actor: string;
  readonly signal: AbortSignal;
  readonly onPublished?: (message: PublishedMessage) => void;
}

interface OpenQuestion {
  reply: Readonly<Record<string, unknown>> | null;
  isIdle: boolean;
  publishedBytes: number;
  readonly published: PublishedMessage[];
  readonly onPublished: ((message: PublishedMessage) => void) | null;
  resolve(answer: KernelAnswer): void;
  reject(error: unknown): void;
}

/** Of what one question has published; the log has all of it. */
const MOST_PUBLISHED_BYTES = 4 * 1024 * 1024;
const NOT_PUBLISHED: ReadonlySet<string> = new Set(['status', 'execute_input']);

/** The server's own questions to a kernel, told apart by the message ids of their requests. */
export class KernelQuestions {
  /** Of no websocket: what it asks goes past the cells that wait for their turn. */
  readonly session = randomUUID();
  readonly #open = new Map<string, OpenQuestion>();

  /**
   * Resolves once the kernel has replied and is idle again.
   * @param options.send is called at once
   * @throws what the signal was aborted with; KernelError KERNEL_DEAD where its process ended before
   */
  ask(
    { channel, type, content }: KernelQuestion,
    options: AskOptions & { send(message: KernelMessage): void },
  ): Promise<KernelAnswer> {
    const { actor, signal, onPublished = null } = options;
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.session,
      username: actor,
      date: new Date().toISOString(),
      version: '5.3',
    };
    const frames = [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
    const { promise, resolve, reject } = Promise.withResolvers<KernelAnswer>();
    const begun = { reply: null, isIdle: false, publishedBytes: 0, published: [] };
    this.#open.set(header.msg_id, { ...begun, onPublished, resolve, reject });
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    options.send({ channel, header, parentHeader: null, frames });
    return promise.finally(() => {
      signal.removeEventListener('abort', abort);
      this.#open.delete(header.msg_id);
    });
  }

  /** What is recorded, or need not be. */
  heard({ channel, header, parentHeader, frames }: KernelMessage): void {
    if (this.#open.size === 0 || parentHeader === null) return;
    const question = this.#open.get(parentHeader.msg_id);
    if (question === undefined) return;
    const content = parseObject(frames[3]);
    if (channel !== 'iopub') question.reply = content;
    else if (header.msg_type === 'status') question.isIdle ||= content['execution_state'] === 'idle';
    else if (!NOT_PUBLISHED.has(header.msg_type)) {
      const published = { type: header.msg_type, content };
      question.publishedBytes += frames[3]?.byteLength ?? 0;
      if (question.publishedBytes <= MOST_PUBLISHED_BYTES) question.published.push(published);
      question.onPublished?.(published);
    }
    const { reply, published } = question;
    if (reply !== null && question.isIdle) question.resolve({ reply, published });
  }

  /** Nobody answers any more. */
  over(reason: string): void {
    for (const question of this.#open.values()) question.reject(new KernelError('KERNEL_DEAD', reason));
  }
}
