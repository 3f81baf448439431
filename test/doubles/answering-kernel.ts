import type { EventLog } from '../../event-log/event-log.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import { HttpError } from '../../server/http-error.ts';
import type { CommittedEvents } from '../../server/runs/committed-event.ts';
import type { RunKernels } from '../../server/runs/run-kernels.ts';
import { RecordedKernel } from './recorded-kernel.ts';

/** One kernel with its session, as whoever runs cells sees it: a cell's source says what becomes of it. */
export class AnsweringKernel implements RunKernels {
  readonly id = 'kernel';
  /** The sources that reached it, in order. */
  readonly executed: string[] = [];
  readonly interrupts: string[] = [];
  isThere = true;
  /** Set, it answers nothing until it is asked to `go on`. */
  isHeld = false;
  observe: (committed: CommittedEvents) => void = () => undefined;
  readonly #recorded: RecordedKernel;
  #waiting: (() => Promise<void>)[] = [];

  constructor(log: EventLog, path: string) {
    this.#recorded = new RecordedKernel(this.id, log, path, (committed) => this.observe(committed));
  }

  has(kernelId: string): boolean {
    return this.isThere && kernelId === this.id;
  }

  send(kernelId: string, message: KernelMessage, _session: string, actor: string): void {
    if (!this.has(kernelId)) throw new HttpError(404, 'Kernel does not exist');
    if (message.header.msg_type === 'execute_request') void this.#execute(message, actor);
    else void this.#takeAnswer(message);
  }

  interrupt(_kernelId: string, actor: string): Promise<void> {
    this.interrupts.push(actor);
    return Promise.resolve();
  }

  ofNotebook(): Promise<{ id: string; name: string }> {
    return Promise.resolve({ id: this.id, name: 'python3' });
  }

  /** Answers what it was sent so far. */
  async goOn(): Promise<void> {
    this.isHeld = false;
    for (const answer of this.#waiting.splice(0)) await answer();
  }

  async #execute({ header: { msg_id: id }, frames }: KernelMessage, actor: string): Promise<void> {
    const { code } = JSON.parse(Buffer.from(frames[3] ?? '').toString()) as { code: string };
    const { cellId } = JSON.parse(Buffer.from(frames[2] ?? '').toString()) as { cellId: string };
    this.executed.push(code);
    await this.#recorded.request(id, cellId, code, { actor });
    const answer = async (): Promise<void> => {
      await this.#recorded.begin(id, this.executed.length);
      if (code === 'ask') return this.#recorded.ask(id, 'who');
      await this.#recorded.end(id, { status: code === 'fail' ? 'error' : 'ok', execution_count: 1 });
    };
    if (this.isHeld) this.#waiting.push(answer);
    else await answer();
  }

  async #takeAnswer({ parentHeader, frames }: KernelMessage): Promise<void> {
    const { value } = JSON.parse(Buffer.from(frames[3] ?? '').toString()) as { value: string };
    const data = { session: 'server', promptMessageId: parentHeader?.msg_id ?? null, value };
    await this.#recorded.append({ type: 'execution-input-replied', data });
  }
}
