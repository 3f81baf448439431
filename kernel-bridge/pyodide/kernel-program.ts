import type { KernelSays } from '../hosted/host-protocol.ts';
import type { HostedMessage } from '../hosted/hosted-message.ts';
import { parseMessageHeader } from '../protocol/message-header.ts';
import type { AskedMessage, KernelSockets } from './kernel-sockets.ts';
import { sizeOf } from './message-size.ts';
import { OwnMessages } from './own-messages.ts';
import { Senders } from './senders.ts';

/** Python, as the program sees it. */
export interface PythonBehind {
  send(message: HostedMessage): Promise<void>;
  interrupt(): void;
  answerInput(content: string): boolean;
}

/**
 * A kernel to whoever is at its sockets: passes on what they ask and what Python says, and answers on control itself, since
 * Python may be busy.
 */
export class KernelProgram {
  readonly #sockets: KernelSockets;
  readonly #python: PythonBehind;
  readonly #onSent: (bytes: number) => void;
  readonly #own = new OwnMessages();
  readonly #senders = new Senders();
  /** The last of what is to be sent: each waits for the one before, so that all keep their order. */
  #sending: Promise<unknown> = Promise.resolve();
  /** Whether Python waits for an answer to its question. */
  #isAsking = false;
  /** The content of the kernel_info_reply, for those who ask on control. */
  #info: object | null = null;
  #ownQuestion = '';

  /**
   * @param onSent ZeroMQ has taken so much of what Python said
   */
  constructor(sockets: KernelSockets, python: PythonBehind, onSent: (bytes: number) => void) {
    this.#sockets = sockets;
    this.#python = python;
    this.#onSent = onSent;
  }

  /** To be called once Python is ready: what was asked before waits in the sockets. */
  serve(onShutdown: () => void): void {
    const question = this.#own.make('shell', 'kernel_info_request', '{}', {});
    this.#ownQuestion = idOf(question.header);
    void this.#python.send(question);
    void this.#serveShell();
    void this.#serveStdin();
    void this.#serveControl(onShutdown);
  }

  welcome(): void {
    this.#publish(this.#own.make('iopub', 'iopub_welcome', '{}', { subscription: '' }));
  }

  said(message: HostedMessage): void {
    const { channel, parentHeader } = message;
    const parent = idOf(parentHeader);
    if (this.#ownQuestion !== '' && parent === this.#ownQuestion) return this.#informed(message);
    if (channel === 'iopub') {
      if (isIdle(message)) {
        this.#senders.idle(parent);
        this.#isAsking = false;
      }
      return this.#publish(message, sizeOf(message));
    }
    if (channel === 'stdin') this.#isAsking = true;
    const sender = this.#senders.of(parent);
    const bytes = sizeOf(message);
    this.#send(async () => {
      if (sender !== null) await this.#sockets.answer(channel, sender, message);
      this.#onSent(bytes);
    });
  }

  /** Resolves when all that was said until now is with ZeroMQ. */
  async sent(): Promise<void> {
    await this.#sending;
  }

  async #serveShell(): Promise<void> {
    for await (const { identities, message } of this.#sockets.asked('shell')) {
      this.#senders.asked(idOf(message.header), identities);
      await this.#python.send(message);
    }
  }

  async #serveStdin(): Promise<void> {
    for await (const { message } of this.#sockets.asked('stdin')) {
      // An answer to a question that nobody waits for any more would be taken for the next one's.
      if (!this.#isAsking) continue;
      this.#isAsking = false;
      if (this.#python.answerInput(message.content)) continue;
      process.stderr.write('An answer to input() was too long, and what asked for it is interrupted.\n');
      this.#python.interrupt();
    }
  }

  async #serveControl(onShutdown: () => void): Promise<void> {
    for await (const asked of this.#sockets.asked('control')) {
      const type = typeOf(asked.message.header);
      const content = this.#answerTo(type, asked.message.content);
      if (content === null) {
        this.#senders.asked(idOf(asked.message.header), asked.identities);
        await this.#python.send(asked.message);
        continue;
      }
      this.#answer(asked, type.replace(/_request$/, '_reply'), content);
      if (type === 'shutdown_request') onShutdown();
    }
  }

  /** What can be said without Python; null for what cannot. */
  #answerTo(type: string, content: string): object | null {
    switch (type) {
      case 'kernel_info_request':
        return this.#info;
      case 'interrupt_request':
        this.#python.interrupt();
        return { status: 'ok' };
      case 'shutdown_request':
        return { status: 'ok', restart: restartOf(content) };
      case 'debug_request':
        return { type: 'response', success: false, message: 'This kernel has no debugger.', body: {} };
      default:
        return null;
    }
  }

  #answer({ identities, message }: AskedMessage, type: string, content: object): void {
    const { header } = message;
    const status = (state: string) => this.#own.make('iopub', 'status', header, { execution_state: state });
    this.#publish(status('busy'));
    // As ipykernel does, for clients that did not ask.
    if (type === 'shutdown_reply') this.#publish(this.#own.make('iopub', type, header, content));
    const reply = this.#own.make('control', type, header, content);
    this.#send(() => this.#sockets.answer('control', identities, reply));
    this.#publish(status('idle'));
  }

  #informed(message: HostedMessage): void {
    this.#onSent(sizeOf(message));
    if (message.channel === 'shell') this.#info = JSON.parse(message.content) as object;
  }

  /** @param bytes of Python's words, which waits when too many of them do */
  #publish(message: HostedMessage, bytes = 0): void {
    this.#send(async () => {
      await this.#sockets.publish(message);
      if (bytes > 0) this.#onSent(bytes);
    });
  }

  #send(how: () => Promise<void>): void {
    this.#sending = this.#sending.then(how).catch((error: unknown) => {
      process.stderr.write(`A message could not be sent: ${String(error)}\n`);
    });
  }
}

function idOf(header: string): string {
  return parseMessageHeader(Buffer.from(header))?.msg_id ?? '';
}

function typeOf(header: string): string {
  return parseMessageHeader(Buffer.from(header))?.msg_type ?? '';
}

function restartOf(content: string): boolean {
  return (JSON.parse(content) as { restart?: unknown }).restart === true;
}

function isIdle({ header, content }: HostedMessage): boolean {
  return content.length < 64 && content.includes('"idle"') && typeOf(header) === 'status';
}

/** What a kernel that cannot be ready says, for the end of its output that people see. */
export function failureText({ message, remedy }: Extract<KernelSays, { type: 'failed' }>): string {
  return `Python (Pyodide) could not be started: ${message}\n${remedy}\n`;
}
