/**
 * One Jupyter message between a kernel that runs in a JavaScript engine and whoever hosts it. Its parts are JSON as the
 * kernel wrote it, so that it is encoded once, wherever it goes from there (ZeroMQ's frames, the link's, a page).
 */
export interface HostedMessage {
  readonly channel: 'shell' | 'control' | 'stdin' | 'iopub';
  readonly header: string;
  /** `{}` for none. */
  readonly parentHeader: string;
  readonly metadata: string;
  readonly content: string;
  readonly buffers: readonly Uint8Array[];
}
