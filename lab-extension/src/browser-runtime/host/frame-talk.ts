/** What the host's frame and the page around it say to each other before the page has a port to the host worker. */
export interface FrameReady {
  readonly type: 'in-the-loop:host-ready';
}

/** With the port; once. */
export interface FrameOpen {
  readonly type: 'in-the-loop:host-open';
}

/** What the host worker asks of its frame, for workers have no documents. With the port that the realm speaks to. */
export type WorkerAsks =
  | { readonly type: 'make-realm'; readonly realm: number }
  | { readonly type: 'end-realm'; readonly realm: number };
