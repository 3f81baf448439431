/** A Jupyter message as a websocket client of the tests sees it, the same in both dialects. */
export interface KernelMessage {
  readonly channel: string;
  readonly header: MessageHeader;
  readonly parent_header: Partial<MessageHeader>;
  readonly metadata: Record<string, unknown>;
  readonly content: Record<string, unknown>;
  readonly buffers: readonly Buffer[];
}

export interface MessageHeader {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly username: string;
  readonly version: string;
  readonly date: string;
  readonly subshell_id?: string | null;
}
