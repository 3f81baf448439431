import { Signal, type ISignal } from '@lumino/signaling';
import type { DownMessage } from '../../../server/wire/down.ts';
import type { ILiveConnection } from '../tokens.ts';
import { emptyThread, evolveThread, type ThreadModel } from './thread-model.ts';

type Connection = Pick<ILiveConnection, 'message' | 'send' | 'status' | 'statusChanged'>;

/**
 * A conversation as it is at any moment on the server, whoever takes part in it and from where. After a break it goes on behind
 * the last event that it heard.
 */
export class FollowedThread {
  #model = emptyThread;
  /** Why there is no more to hear: it was deleted, or made private. */
  #ending: string | null = null;
  /** What tools say while they are at work, by call. */
  readonly #progress = new Map<string, string>();
  readonly #changed = new Signal<this, void>(this);

  constructor(
    readonly threadId: string,
    private readonly connection: Connection,
  ) {
    connection.message.connect(this.#hear, this);
    connection.statusChanged.connect(this.#ask, this);
    this.#ask();
  }

  get model(): ThreadModel {
    return this.#model;
  }

  get ending(): string | null {
    return this.#ending;
  }

  get changed(): ISignal<this, void> {
    return this.#changed;
  }

  progressOf(callId: string): string {
    return this.#progress.get(callId) ?? '';
  }

  /** Idempotent. */
  close(): void {
    this.connection.send({ type: 'agent-unfollow', threadId: this.threadId });
    this.connection.message.disconnect(this.#hear, this);
    this.connection.statusChanged.disconnect(this.#ask, this);
    Signal.clearData(this);
  }

  #ask(): void {
    if (this.connection.status.kind !== 'connected') return;
    this.connection.send({ type: 'agent-follow', threadId: this.threadId, after: this.#model.sequence });
  }

  #hear(_: unknown, message: DownMessage): void {
    if (!('threadId' in message) || message.threadId !== this.threadId) return;
    switch (message.type) {
      case 'agent-event': {
        const before = this.#model;
        this.#model = evolveThread(before, message);
        if (this.#model === before) return;
        if (message.event.type === 'tool-ended') this.#progress.delete(message.event.callId);
        if (message.event.type === 'turn-ended') this.#progress.clear();
        break;
      }
      case 'agent-progress':
        this.#progress.set(message.callId, message.text);
        break;
      case 'agent-unavailable':
        this.#ending = message.message;
        break;
    }
    this.#changed.emit();
  }
}
