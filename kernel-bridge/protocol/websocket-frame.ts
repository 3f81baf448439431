/** What goes out as one websocket message. Never changed once made: many sockets may be sending it. */
export interface WebsocketFrame {
  readonly data: Buffer;
  readonly binary: boolean;
}

/** A message of the other end taken apart, nothing of it parsed yet. */
export interface ClientFrame {
  /** As it is named there; null where it is not. */
  readonly channel: string | null;
  /** header, parent_header, metadata, content, then buffers: views of what was received. */
  readonly frames: readonly Buffer[];
}
