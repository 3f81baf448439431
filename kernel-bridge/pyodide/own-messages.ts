import { randomUUID } from 'node:crypto';
import type { HostedMessage } from '../hosted/hosted-message.ts';

/** Makes messages that the process itself says, in the kernel's name. */
export class OwnMessages {
  readonly #session = randomUUID();
  #count = 0;

  make(
    channel: HostedMessage['channel'],
    type: string,
    parentHeader: string,
    content: object,
  ): HostedMessage {
    const header = {
      msg_id: `${this.#session}_${++this.#count}`,
      msg_type: type,
      username: '',
      session: this.#session,
      date: new Date().toISOString(),
      version: '5.4',
    };
    return {
      channel,
      header: JSON.stringify(header),
      parentHeader,
      metadata: '{}',
      content: JSON.stringify(content),
      buffers: [],
    };
  }
}
