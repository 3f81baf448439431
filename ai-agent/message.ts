/** Text in a conversation, Markdown where a model or a person wrote it. */
export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

export interface ImagePart {
  readonly type: 'image';
  /** `image/png`, `image/jpeg`, `image/gif` or `image/webp`. */
  readonly mediaType: string;
  /** Base64, without line ends. */
  readonly data: string;
  /** What stands in its place for a model that takes no images. */
  readonly description: string;
}

export type ContentPart = TextPart | ImagePart;

/** A model wants a tool to be used. */
export interface ToolCall {
  readonly type: 'tool-call';
  /** The model's own id of it; unique in the conversation. */
  readonly callId: string;
  readonly toolName: string;
  /** As the model wrote it: JSON text, or what it took for JSON. */
  readonly argumentsText: string;
}

export interface UserMessage {
  readonly role: 'user';
  readonly content: readonly ContentPart[];
}

export interface AssistantMessage {
  readonly role: 'assistant';
  readonly content: readonly (TextPart | ToolCall)[];
}

export interface ToolMessage {
  readonly role: 'tool';
  readonly callId: string;
  readonly toolName: string;
  readonly content: readonly ContentPart[];
  readonly isError: boolean;
}

/** What a conversation consists of, in no provider's own words. */
export type Message = UserMessage | AssistantMessage | ToolMessage;
