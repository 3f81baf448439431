import { Signal, type ISignal } from '@lumino/signaling';
import { SIGNED_OUT } from '../offline-names.ts';
import type { DocumentKey } from './document-record.ts';

/** What tabs of one browser tell each other without a server. */
export type ChannelMessage =
  /** Somebody typed, and no server can tell the other tabs. */
  | { readonly type: 'typed'; readonly document: DocumentKey; readonly update: Uint8Array }
  /** A fork was kept or discarded. */
  | { readonly type: 'forks-changed' };

/** What is used of a BroadcastChannel. */
export type Channel = Pick<BroadcastChannel, 'postMessage' | 'close' | 'onmessage'>;

export class OfflineChannel {
  readonly #heard = new Signal<this, ChannelMessage>(this);
  readonly #signedOut = new Signal<this, void>(this);

  constructor(private readonly channel: Channel) {
    channel.onmessage = ({ data }: MessageEvent) => {
      if (data === SIGNED_OUT) this.#signedOut.emit();
      else this.#heard.emit(data as ChannelMessage);
    };
  }

  get heard(): ISignal<this, ChannelMessage> {
    return this.#heard;
  }

  /** In any tab: nothing may be stored any more. */
  get signedOut(): ISignal<this, void> {
    return this.#signedOut;
  }

  say(message: ChannelMessage): void {
    this.channel.postMessage(message);
  }
}
