import type { KernelMessage, MessageHeader } from '../protocol/message.ts';

interface Run {
  /** Of what was heard of it last; of its sending before. */
  heardAt: Date;
  hasReply: boolean;
  isIdle: boolean;
  /** What came later on iopub was heard: its `idle` comes no more. */
  isPassed: boolean;
  /** Runs beside the others. */
  readonly isAside: boolean;
}

interface Question {
  readonly id: string;
  /** The runs that it was sent after. */
  readonly after: readonly string[];
  isAnswered: boolean;
  isPassed: boolean;
  patience: NodeJS.Timeout | undefined;
}

export interface UnfinishedRunsPlan {
  /** Sends a kernel_info_request on shell, and says which. Null where nothing can be sent at the moment. */
  ask(): MessageHeader | null;
  /** These have ended, and their reply or `idle` was lost since then. */
  ended(messageIds: readonly string[], since: Date): void;
}

/** Without a word of a run for so long, its kernel is asked; and again, if iopub said nothing of that. In milliseconds. */
export const QUIET = 3_000;
/** So many answers and not a word on iopub are believed. */
const MOST_ASKED = 3;
const COUNTS = /_\d+_\d+$/;
/** More than anybody queues. */
const MOST_RUNS = 1_000;

/**
 * Finds out that a run has ended whose reply or `idle` was lost on its way: a kernel does one after the other, and says so
 * in that order, so what is heard of a later request tells of the earlier ones. If nothing is heard, it is asked something.
 */
export class UnfinishedRuns {
  readonly #plan: UnfinishedRunsPlan;
  /** By the id of the request, in the order sent. */
  readonly #runs = new Map<string, Run>();
  #question: Question | null = null;
  #asked = 0;
  /** A kernel of another kind may answer a question while it runs something. */
  #isOrdered = false;
  #watch: NodeJS.Timeout | undefined;

  constructor(plan: UnfinishedRunsPlan) {
    this.#plan = plan;
  }

  sent({ channel, header, frames }: KernelMessage): void {
    if (channel !== 'shell' || header.msg_type !== 'execute_request' || this.#runs.size >= MOST_RUNS) return;
    const isAside = /"subshell_id": ?"/.test(Buffer.from(frames[0] ?? []).toString());
    const run = { heardAt: new Date(), hasReply: false, isIdle: false, isPassed: false, isAside };
    this.#runs.set(header.msg_id, run);
    this.#watch ??= setTimeout(() => this.#look(), QUIET).unref();
  }

  /** All that the kernel says: on iopub before others hear it, on the other channels after. */
  heard({ channel, header, parentHeader, frames }: KernelMessage): void {
    const id = parentHeader?.msg_id ?? '';
    this.#isOrdered ||= COUNTS.test(header.msg_id);
    if (id === this.#question?.id) return this.#heardOfQuestion(this.#question, channel, header);
    const run = this.#runs.get(id);
    if (run === undefined) return;
    run.heardAt = new Date();
    if (channel === 'shell' && header.msg_type === 'execute_reply') run.hasReply = true;
    if (channel === 'iopub') {
      if (header.msg_type === 'status' && Buffer.from(frames[3] ?? []).includes('"idle"')) run.isIdle = true;
      if (this.#isOrdered && !run.isAside) this.#pass(id);
    }
    if (!run.hasReply) return;
    if (run.isIdle) this.#runs.delete(id);
    else if (run.isPassed) this.#end([id]);
  }

  /** The connection broke: what was asked may never be answered. */
  broken(): void {
    clearTimeout(this.#question?.patience);
    this.#question = null;
  }

  /** Idempotent. */
  close(): void {
    this.broken();
    clearTimeout(this.#watch);
    this.#runs.clear();
  }

  /** Something was said on iopub of a run, and so all that was said of the earlier ones. */
  #pass(later: string): void {
    const ended: string[] = [];
    for (const [id, run] of this.#runs) {
      if (id === later) break;
      if (run.isAside || run.isIdle) continue;
      run.isPassed = true;
      // The other's reply may be on its way.
      if (run.hasReply) ended.push(id);
    }
    this.#end(ended);
  }

  #look(): void {
    this.#watch = undefined;
    if (this.#runs.size === 0) return;
    this.#watch = setTimeout(() => this.#look(), QUIET).unref();
    const before = Date.now() - QUIET;
    if (this.#question === null && [...this.#runs.values()].some(({ heardAt }) => +heardAt <= before)) {
      this.#asked = 0;
      this.#ask();
    }
  }

  #ask(): void {
    this.broken();
    const after = [...this.#runs].filter(([, { isAside }]) => !isAside).map(([id]) => id);
    const request = this.#plan.ask();
    if (request === null) return;
    this.#asked += 1;
    this.#question = {
      ...{ id: request.msg_id, after, isAnswered: false, isPassed: false },
      patience: undefined,
    };
  }

  #heardOfQuestion(question: Question, channel: string, { msg_type: type }: MessageHeader): void {
    if (channel === 'iopub') question.isPassed = true;
    else if (type === 'kernel_info_reply') question.isAnswered = true;
    if (!question.isAnswered) return;
    if (question.isPassed || this.#asked >= MOST_ASKED) return this.#answered(question);
    // Its iopub is behind, or has lost this as well.
    question.patience ??= setTimeout(() => this.#ask(), QUIET).unref();
  }

  #answered({ after }: Question): void {
    this.broken();
    const ended = after.filter((id) => {
      const run = this.#runs.get(id);
      return run !== undefined && (run.hasReply || this.#isOrdered);
    });
    this.#end(ended);
  }

  #end(ids: readonly string[]): void {
    if (ids.length === 0) return;
    const times = ids.map((id) => +(this.#runs.get(id)?.heardAt ?? new Date()));
    for (const id of ids) this.#runs.delete(id);
    this.#plan.ended(ids, new Date(Math.min(...times)));
  }
}
