import type { HostedMessage } from '../../../../kernel-bridge/hosted/hosted-message.ts';

/** In milliseconds: what comes within it is told at once, for a page has better to do than to hear each line by itself. */
const PAUSE = 20;

/** What kernels say, on its way to the page. */
export class ToldMessages {
  readonly #waiting = new Map<string, HostedMessage[]>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly tell: (kernelId: string, messages: readonly HostedMessage[]) => void) {}

  add(kernelId: string, message: HostedMessage): void {
    const waiting = this.#waiting.get(kernelId);
    if (waiting === undefined) this.#waiting.set(kernelId, [message]);
    else waiting.push(message);
    this.#timer ??= setTimeout(() => this.flush(), PAUSE);
  }

  /** Before the page is told anything that comes after. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const [kernelId, messages] of waiting) this.tell(kernelId, messages);
  }
}
