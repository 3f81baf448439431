import { setTimeout as sleep } from 'node:timers/promises';
import { randomUUID } from 'node:crypto';
import { send, sendOk } from '../../servers/http.ts';
import type { KernelMessage, MessageHeader } from '../../servers/kernel-message.ts';
import { KernelSocket } from '../../servers/kernel-socket.ts';
import type { CrashClient, Expected } from './crash-client.ts';
import type { Notebook } from './crash-notebook.ts';
import { crashNotebook, notebookName } from './crash-notebook.ts';
import type { CrashSite } from './crash-site.ts';
import { describe } from './describe-numbers.ts';
import { linesIn, NUMBERED, numberedCode, SETUP, setupCode } from './numbered-cell.ts';
import type { NotebookOutput } from './numbered-cell.ts';
import type { RoundPlan } from './round-plan.ts';

const PATIENCE = 60_000;

/** A client that does on the wire what a tab of JupyterLab does, and counts what it hears. */
export class SocketClient implements CrashClient {
  readonly saveWindow = 60;
  readonly reconnectWindow = 60;
  kernelId = '';
  /** Versions of the notebook that it began to save, and the last one that was acknowledged. */
  attempted = 0;
  acknowledged = 0;
  readonly #site: CrashSite;
  readonly #plan: RoundPlan;
  readonly #sessionId = randomUUID();
  /** One after the other, over the same session. */
  readonly #sockets: KernelSocket[] = [];
  #request: MessageHeader | null = null;
  #setupCount: number | null = null;
  #waitsForSave = false;
  #waitsForConnection = false;

  constructor(site: CrashSite, plan: RoundPlan) {
    this.#site = site;
    this.#plan = plan;
  }

  async open(): Promise<void> {
    const { server } = this.#site;
    const name = notebookName(this.#plan.number);
    const content = crashNotebook(this.#plan);
    await sendOk(server, {
      method: 'PUT',
      path: `/api/contents/${name}`,
      body: { type: 'notebook', format: 'json', content },
    });
    const session = { path: name, name, type: 'notebook', kernel: { name: 'python3' } };
    const opened = await sendOk(server, { method: 'POST', path: '/api/sessions', body: session });
    this.kernelId = opened.json<{ kernel: { id: string } }>().kernel.id;
    // As a tab that shows it: what it has not got of outputs it will get by its socket.
    await sendOk(server, { path: `/api/contents/${name}` });
    const socket = await this.#connect();
    const { reply } = await socket.finish(this.#start(SETUP, setupCode(this.#plan)));
    if (reply.content['status'] !== 'ok') throw new Error(`The first cell failed: ${JSON.stringify(reply)}`);
    this.#setupCount = Number(reply.content['execution_count']);
  }

  run(): Promise<void> {
    this.#request = this.#start(NUMBERED, numberedCode(this.#plan));
    return Promise.resolve();
  }

  save(): Promise<void> {
    this.#waitsForSave = true;
    const version = ++this.attempted;
    const { numberedCount, outputs } = this.#seen();
    const content = crashNotebook(this.#plan, {
      version,
      setupCount: this.#setupCount,
      numberedCount,
      outputs,
    });
    void this.#send(content).then(
      (isSaved) => {
        this.#waitsForSave = false;
        if (isSaved) this.acknowledged = version;
      },
      // The server was killed: nobody knows whether it was saved.
      () => (this.#waitsForSave = false),
    );
    return Promise.resolve();
  }

  breakConnection(): void {
    this.#sockets.at(-1)?.socket.terminate();
  }

  reconnect(): void {
    this.#waitsForConnection = true;
    this.#connect().then(
      () => (this.#waitsForConnection = false),
      // The server was killed: it is tried again once all is back.
      () => (this.#waitsForConnection = false),
    );
  }

  get isWaiting(): boolean {
    return this.#waitsForSave || this.#waitsForConnection || !this.#hasReply();
  }

  async recover(): Promise<void> {
    while (this.#waitsForConnection) await sleep(5);
    let failure: unknown = null;
    for (const until = Date.now() + PATIENCE; Date.now() < until; await sleep(50)) {
      if (this.#sockets.at(-1)?.socket.readyState === 1) return;
      failure = await this.#connect().then(
        () => null,
        (error: unknown) => error,
      );
    }
    throw new Error('The kernel cannot be reached again.', { cause: failure });
  }

  async check({ lines }: Expected): Promise<string[]> {
    const heard = (): number[] => this.#lines();
    const socket = this.#sockets.at(-1) as KernelSocket;
    const last = lines.at(-1);
    // It may still be read to from the log.
    await socket
      .until(() => last === undefined || heard().includes(last), 'last line', PATIENCE)
      .catch(() => undefined);
    const same = JSON.stringify(heard()) === JSON.stringify(lines);
    return same ? [] : [`the client heard ${describe(heard())}, and not ${describe(lines)}`];
  }

  async close(): Promise<void> {
    await this.#sockets.at(-1)?.close();
  }

  async #send(content: Notebook): Promise<boolean> {
    const path = `/api/contents/${notebookName(this.#plan.number)}`;
    if (this.#plan.asksBeforeSave)
      await send(this.#site.server, { path: `${path}?type=notebook&content=0&hash=1` });
    const body = { type: 'notebook', format: 'json', content };
    return (await send(this.#site.server, { method: 'PUT', path, body })).status === 200;
  }

  async #connect(): Promise<KernelSocket> {
    const socket = await KernelSocket.open(this.#site.server, this.kernelId, { sessionId: this.#sessionId });
    // A server that is killed resets its connections.
    socket.socket.on('error', () => undefined);
    this.#sockets.push(socket);
    return socket;
  }

  #start(cellId: string, code: string): MessageHeader {
    return (this.#sockets.at(-1) as KernelSocket).start(
      code,
      {},
      { cellId, deletedCells: [], recordTiming: false },
    );
  }

  #answers(): KernelMessage[] {
    const id = this.#request?.msg_id;
    const heard = this.#sockets.flatMap(({ received }) => received);
    const answers = heard.filter(({ parent_header }) => id !== undefined && parent_header.msg_id === id);
    // A message that was not known to have been received may come again.
    return [...new Map(answers.map((message) => [message.header.msg_id, message])).values()];
  }

  #hasReply(): boolean {
    return this.#answers().some(({ header }) => header.msg_type === 'execute_reply');
  }

  #lines(): number[] {
    return this.#outputs().flatMap((output) =>
      linesIn(
        output.output_type === 'stream' ? String(output.text) : String(output.data?.['text/plain']),
        this.#plan.number,
      ),
    );
  }

  #outputs(): NotebookOutput[] {
    return this.#answers().flatMap(({ header, content }): NotebookOutput[] => {
      switch (header.msg_type) {
        case 'stream':
        case 'error':
          return [{ output_type: header.msg_type, ...content }];
        case 'display_data':
          return [{ output_type: header.msg_type, data: content['data'] ?? {}, metadata: {} }];
        default:
          return [];
      }
    });
  }

  /** As a tab shows it: what is printed one after the other is one output, and a carriage return takes back. */
  #seen(): { numberedCount: number | null; outputs: NotebookOutput[] } {
    const outputs: NotebookOutput[] = [];
    for (const output of this.#outputs()) {
      const last = outputs.at(-1);
      if (output.output_type === 'stream' && last?.output_type === 'stream')
        outputs[outputs.length - 1] = { ...last, text: String(last.text) + String(output.text) };
      else outputs.push(output);
    }
    const input = this.#answers().find(({ header }) => header.msg_type === 'execute_input');
    return {
      numberedCount: input === undefined ? null : Number(input.content['execution_count']),
      outputs: outputs.map((output) =>
        output.output_type === 'stream'
          ? { ...output, text: String(output.text).replaceAll('..\r', '') }
          : output,
      ),
    };
  }
}
