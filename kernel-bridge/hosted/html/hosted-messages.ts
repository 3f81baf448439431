import type { HostedMessage } from '../hosted-message.ts';

export type MessageContent = Readonly<Record<string, unknown>>;

/** A request, read as far as a kernel of ours needs it. */
export interface HostedRequest {
  readonly channel: HostedMessage['channel'];
  readonly type: string;
  /** As it came: the parent of all that answers it. */
  readonly header: string;
  readonly metadata: MessageContent;
  readonly content: MessageContent;
}

/** @returns null for what is no message */
export function readRequest(message: HostedMessage): HostedRequest | null {
  try {
    const { msg_type: type } = JSON.parse(message.header) as { readonly msg_type?: unknown };
    if (typeof type !== 'string') return null;
    const metadata = JSON.parse(message.metadata) as MessageContent;
    const content = JSON.parse(message.content) as MessageContent;
    return {
      channel: message.channel,
      type,
      header: message.header,
      metadata: metadata ?? {},
      content: content ?? {},
    };
  } catch {
    return null;
  }
}

/** Makes the messages of one kernel. */
export class HostedMessages {
  readonly #session = randomId();
  readonly #say: (message: HostedMessage) => void;

  constructor(say: (message: HostedMessage) => void) {
    this.#say = say;
  }

  /** @param parent header of the request, as it came; `{}` for none */
  publish(type: string, content: MessageContent, parent: string): void {
    this.#send('iopub', type, content, parent);
  }

  reply(request: HostedRequest, content: MessageContent): void {
    this.#send(request.channel, request.type.replace(/_request$/, '_reply'), content, request.header);
  }

  #send(
    channel: HostedMessage['channel'],
    type: string,
    content: MessageContent,
    parentHeader: string,
  ): void {
    const header = {
      msg_id: randomId(),
      msg_type: type,
      session: this.#session,
      username: 'kernel',
      date: new Date().toISOString(),
      version: '5.4',
    };
    const parts = {
      header: JSON.stringify(header),
      parentHeader,
      metadata: '{}',
      content: JSON.stringify(content),
    };
    this.#say({ channel, ...parts, buffers: [] });
  }
}

/** Pages without https have no `randomUUID`. */
function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
