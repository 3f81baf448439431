import type { ClientProgress } from './client-progress.ts';
import type { OutgoingMessage } from './outgoing-message.ts';

/** A message for clients, in the order in which the kernel spoke. */
export interface Delivery {
  readonly message: OutgoingMessage;
  /** Its place in the kernel's stream; null for what is no event, and cannot be read again. */
  readonly sequence: number | null;
}

/** Who listens to a kernel's stream. */
export interface StreamClient {
  /** Of the websocket; replies are routed by it. */
  readonly sessionId: string;
  /** The stream's last sequence when it came: what was said before, its page may have read elsewhere. */
  readonly attachedAt: number;
  readonly progress: ClientProgress;
  /**
   * What was committed last, of which it takes what is for it. Must not throw.
   * @param through the sequence up to which nothing more will come; null if there is no event among them
   */
  deliver(deliveries: readonly Delivery[], through: number | null): void;
  /** Closes it because the same session has come back by another connection. */
  supersede(): void;
}
