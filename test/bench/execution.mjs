import { randomUUID } from 'node:crypto';

const TIMEOUT = 120_000;

/** Follows executions to their end, which is reply and idle (in either order), counting what came between. */
export class Executions {
  #running = new Map();
  #session;

  constructor(session) {
    this.#session = session;
  }

  /** `send(header, content)` puts the request on the wire; resolves to what was counted. */
  start(code, send, timeout = TIMEOUT) {
    const header = {
      msg_id: randomUUID(),
      msg_type: 'execute_request',
      username: 'bench',
      session: this.#session,
      date: new Date().toISOString(),
      version: '5.3',
    };
    const content = {
      code,
      silent: false,
      store_history: false,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    };
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        const { counts } = this.#running.get(header.msg_id);
        this.#running.delete(header.msg_id);
        reject(new Error(`no end within ${timeout} ms, after ${JSON.stringify(counts)}`));
      }, timeout);
      this.#running.set(header.msg_id, {
        counts: {},
        textLength: 0,
        resolve: (execution) => {
          clearTimeout(timer);
          resolve(execution);
        },
      });
      send(header, content);
    });
  }

  heard({ channel, header, parentHeader, content }) {
    const execution = this.#running.get(parentHeader?.msg_id);
    if (!execution) return;
    const type = header.msg_type;
    execution.counts[type] = (execution.counts[type] ?? 0) + 1;
    if (channel === 'shell' && type === 'execute_reply') execution.replied = true;
    if (type === 'stream') execution.textLength += JSON.parse(content.toString()).text.length;
    if (type === 'status' && JSON.parse(content.toString()).execution_state === 'idle') execution.idle = true;
    if (execution.replied && execution.idle) {
      this.#running.delete(parentHeader.msg_id);
      execution.resolve(execution);
    }
  }
}
