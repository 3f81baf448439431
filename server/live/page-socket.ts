/** The end of a page's connection, as much of it as the conversation with the page needs. */
export interface PageSocket {
  /** What is sent and has not left this process yet, in bytes. */
  readonly unsentBytes: number;
  send(data: string | Uint8Array): void;
  /** As `send`; resolves once it has left this process, or never will. */
  sendAndWait(data: string | Uint8Array): Promise<void>;
  /** Stops reading what the page sends, so that it waits in the network. */
  pause(): void;
  resume(): void;
  /** No more is read or sent after it. */
  close(code: number, reason: string): void;
}
