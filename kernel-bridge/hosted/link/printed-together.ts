import type { HostedMessage } from '../hosted-message.ts';
import { seemsOf } from './message-header.ts';
import { readPrinted } from './read-printed.ts';

/** In milliseconds: nobody sees that text comes so much later, and JupyterLab need not take thousands of messages a second. */
const PAUSE = 50;
/** In characters: what is printed at once is little, and what waits is bounded. */
const MOST = 64 * 1024;

/**
 * Messages of one kernel on their way, where small `stream` messages in a row, of one parent and stream, go on as one with
 * all their text (HL7 of kernel-bridge/SPEC.md). What is printed after a pause goes on at once; what is printed soon after
 * waits for the rest of that moment, and goes before whatever comes behind it.
 */
export class PrintedTogether {
  readonly #tell: (message: HostedMessage) => void;
  #waiting: { readonly first: HostedMessage; readonly name: string; readonly texts: string[] } | null = null;
  #size = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (message: HostedMessage) => void) {
    this.#tell = tell;
  }

  add(message: HostedMessage): void {
    const printed = mayWait(message) ? readPrinted(message.content) : null;
    if (printed === null) {
      this.#goOn();
      this.#tell(message);
      return;
    }
    if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.#elapsed(), PAUSE);
      this.#tell(message);
      return;
    }
    const { name, text } = printed;
    if (this.#waiting !== null && !(name === this.#waiting.name && areAlike(message, this.#waiting.first)))
      this.#goOn();
    this.#waiting ??= { first: message, name, texts: [] };
    this.#waiting.texts.push(text);
    this.#size += text.length;
    if (this.#size > MOST) this.#goOn();
  }

  /** What waits goes on, and nothing runs any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#goOn();
  }

  #elapsed(): void {
    // It goes on like this while it is printed without a pause.
    this.#timer = this.#waiting === null ? undefined : setTimeout(() => this.#elapsed(), PAUSE);
    this.#goOn();
  }

  #goOn(): void {
    if (this.#waiting === null) return;
    const { first, name, texts } = this.#waiting;
    this.#waiting = null;
    this.#size = 0;
    const content = texts.length === 1 ? first.content : JSON.stringify({ name, text: texts.join('') });
    this.#tell({ ...first, content });
  }
}

function mayWait({ channel, header, content, buffers }: HostedMessage): boolean {
  return channel === 'iopub' && content.length <= MOST && buffers.length === 0 && seemsOf(header, 'stream');
}

function areAlike(one: HostedMessage, other: HostedMessage): boolean {
  return one.parentHeader === other.parentHeader && one.metadata === other.metadata;
}
