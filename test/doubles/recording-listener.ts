import type { KernelLifecycleEvent, KernelListener } from '../../kernel-bridge/kernel.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';

type Heard =
  | { readonly message: KernelMessage; readonly event?: undefined }
  | { readonly event: KernelLifecycleEvent; readonly message?: undefined };

/** Keeps what a kernel says, in order, and wakes whoever waits for something in it. */
export class RecordingListener implements KernelListener {
  readonly heard: Heard[] = [];
  readonly #waiting = new Set<(heard: Heard) => void>();

  message(message: KernelMessage): void {
    this.#hear({ message });
  }

  lifecycle(event: KernelLifecycleEvent): void {
    this.#hear({ event });
  }

  get messages(): KernelMessage[] {
    return this.heard.flatMap(({ message }) => (message ? [message] : []));
  }

  get lifecycles(): KernelLifecycleEvent[] {
    return this.heard.flatMap(({ event }) => (event ? [event] : []));
  }

  /** Resolves to the first message, heard already or later, for which the test holds. */
  untilMessage(test: (message: KernelMessage) => boolean): Promise<KernelMessage> {
    return this.#until(({ message }) => (message && test(message) ? message : undefined));
  }

  /** Resolves to the nth lifecycle event of a kind. */
  untilLifecycle(kind: KernelLifecycleEvent['kind'], nth = 1): Promise<KernelLifecycleEvent> {
    let count = 0;
    return this.#until(({ event }) => (event?.kind === kind && ++count === nth ? event : undefined));
  }

  #hear(heard: Heard): void {
    this.heard.push(heard);
    for (const look of [...this.#waiting]) look(heard);
  }

  /** Looks once at each thing heard, before and from now on, until something is found. */
  #until<T>(find: (heard: Heard) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const look = (heard: Heard) => {
        const found = find(heard);
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      for (const heard of this.heard) if (this.#waiting.has(look)) look(heard);
    });
  }
}
