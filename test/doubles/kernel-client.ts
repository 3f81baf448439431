import { randomUUID } from 'node:crypto';
import type { Kernel } from '../../kernel-bridge/kernel.ts';
import type { Channel, KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { RecordingListener } from './recording-listener.ts';

/** Speaks to a kernel as one client does. */
export class KernelClient {
  readonly session: string;
  readonly listener = new RecordingListener();
  #kernel: Kernel | null = null;

  /** @param session of a client that was there before */
  constructor(session: string = randomUUID()) {
    this.session = session;
  }

  attach(kernel: Kernel): void {
    this.#kernel = kernel;
  }

  get kernel(): Kernel {
    if (this.#kernel === null) throw new Error('the client has no kernel yet');
    return this.#kernel;
  }

  /** @returns the id of the message sent */
  send(channel: Channel, type: string, content: object, parent: object = {}): string {
    const header = {
      msg_id: randomUUID(),
      msg_type: type,
      session: this.session,
      username: '',
      version: '5.4',
    };
    const dated = { ...header, date: new Date().toISOString() };
    const frames = [dated, parent, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
    this.kernel.send({ channel, header, parentHeader: null, frames });
    return header.msg_id;
  }

  execute(code: string, options: object = {}): string {
    const defaults = { silent: false, store_history: true, user_expressions: {}, allow_stdin: true };
    return this.send('shell', 'execute_request', { code, ...defaults, stop_on_error: true, ...options });
  }

  /** Runs code until both its reply and its idle status are heard. */
  async run(code: string, options: object = {}): Promise<{ reply: Record<string, unknown>; text: string }> {
    const id = this.execute(code, options);
    const [reply] = await Promise.all([this.reply(id), this.idle(id)]);
    return { reply, text: this.textOf(id) };
  }

  async reply(id: string): Promise<Record<string, unknown>> {
    return contentOf(await this.listener.untilMessage((m) => answers(m, id) && m.channel === 'shell'));
  }

  async idle(id: string): Promise<void> {
    await this.listener.untilMessage((m) => answers(m, id) && contentOf(m)['execution_state'] === 'idle');
  }

  outputsOf(id: string): KernelMessage[] {
    return this.listener.messages.filter((message) => answers(message, id) && message.channel === 'iopub');
  }

  /** What a request printed and returned, as plain text. */
  textOf(id: string): string {
    return this.outputsOf(id)
      .map((message) => contentOf(message) as { text?: string; data?: Record<string, string> })
      .map(({ text, data }) => text ?? data?.['text/plain'] ?? '')
      .join('');
  }
}

export function answers(message: KernelMessage, id: string): boolean {
  return message.parentHeader?.msg_id === id;
}

export function contentOf(message: KernelMessage): Record<string, unknown> {
  return JSON.parse(Buffer.from(message.frames[3] ?? []).toString()) as Record<string, unknown>;
}
