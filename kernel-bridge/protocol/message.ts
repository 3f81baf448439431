/** The four channels that carry messages; the fifth socket of a kernel is the heartbeat. */
export type Channel = 'shell' | 'control' | 'stdin' | 'iopub';

/** What the server reads of a message header; the header's other fields travel in the raw frame only. */
export interface MessageHeader {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
}

/**
 * A Jupyter message on its way through. `frames` are the JSON parts header, parent_header, metadata, content as
 * raw UTF-8 bytes, then the buffers. They are never re-serialised: big integers, NaN, unknown header fields and
 * key order pass as they came.
 */
export interface KernelMessage {
  readonly channel: Channel;
  readonly header: MessageHeader;
  /** Null where the message answers nothing (`{}`, and `null` as xeus sends it). */
  readonly parentHeader: MessageHeader | null;
  readonly frames: readonly Uint8Array[];
}
