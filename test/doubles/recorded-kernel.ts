import type { EventLog } from '../../event-log/event-log.ts';
import type { NewEvent } from '../../event-log/event.ts';
import type { CommittedEvents } from '../../server/runs/committed-event.ts';

/** A kernel whose messages go into the log and to whoever observes what is committed, as they do in the server. */
export class RecordedKernel {
  readonly #id: string;
  readonly #log: EventLog;
  readonly #observe: (committed: CommittedEvents) => void;
  path: string | null;
  #messages = 0;
  /** Of all events, one after the other. */
  time = 1_700_000_000_000;

  constructor(id: string, log: EventLog, path: string | null, observe: (committed: CommittedEvents) => void) {
    this.#id = id;
    this.#log = log;
    this.path = path;
    this.#observe = observe;
  }

  /** Appends it, and tells of it. */
  async append(event: Pick<NewEvent, 'type' | 'data'> & Partial<NewEvent>): Promise<void> {
    const defaults = { version: 1, actor: 'server', causedBy: null, frames: [] };
    const whole = { ...defaults, ...event } as NewEvent;
    const sequence = await this.#log.append(`kernel/${this.#id}`, [whole]);
    const time = this.time++;
    this.#observe({ kernelId: this.#id, firstSequence: sequence, time, events: [whole] });
  }

  async request(
    messageId: string,
    cellId: string | null,
    code: string,
    more: { metadata?: object; content?: object; actor?: string } = {},
  ): Promise<void> {
    await this.append({
      type: 'execution-requested',
      data: { messageId, session: 'tab', cellId, path: this.path },
      actor: more.actor ?? 'alice',
      frames: frames(
        { msg_id: messageId },
        { cellId, ...(more.metadata ?? { deletedCells: [], recordTiming: false }) },
        { code, silent: false, store_history: true, ...more.content },
      ),
    });
  }

  async say(
    parent: string | null,
    messageType: string,
    content: object,
    more: { channel?: 'iopub' | 'shell' | 'stdin'; messageId?: string; metadata?: object } = {},
  ): Promise<void> {
    const messageId = more.messageId ?? `message-${++this.#messages}`;
    const channel = more.channel ?? 'iopub';
    await this.append({
      type: 'kernel-message',
      version: 2,
      data: { position: null, channel, messageId, messageType, parentSession: 'tab', parentType: null },
      actor: `kernel:${this.#id}`,
      causedBy: parent,
      frames: frames(
        { msg_id: messageId, date: new Date(this.time).toISOString() },
        more.metadata ?? {},
        content,
      ),
    });
  }

  async begin(parent: string, count: number): Promise<void> {
    await this.say(parent, 'status', { execution_state: 'busy' });
    await this.say(parent, 'execute_input', { code: '', execution_count: count });
  }

  async print(parent: string, text: string, name = 'stdout'): Promise<void> {
    await this.say(parent, 'stream', { name, text });
  }

  /** The reply, then idle. */
  async end(parent: string, reply: object = { status: 'ok', execution_count: 3 }): Promise<void> {
    await this.say(parent, 'execute_reply', reply, { channel: 'shell' });
    await this.say(parent, 'status', { execution_state: 'idle' });
  }

  async ask(parent: string, prompt: string, password = false): Promise<void> {
    const messageId = `prompt-${prompt}`;
    await this.say(parent, 'input_request', { prompt, password }, { channel: 'stdin', messageId });
  }
}

function frames(header: object, metadata: object, content: object): Buffer[] {
  return [header, {}, metadata, content].map((part) => Buffer.from(JSON.stringify(part)));
}
