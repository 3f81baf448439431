import type { KernelMessage } from '../protocol/message.ts';
import { MissingNumbers } from './missing-numbers.ts';

/** As jupyter_client makes them, in ipykernel and what is built on it: `<session>_<process>_<number>`. */
const NUMBERED = /^(.+_\d+)_(\d+)$/;
/** Requests under way, and replies whose requests are not done on iopub: more than there are. */
const MOST = 256;
/** What did not come for so long comes no more, in milliseconds. */
const SETTLED = 1_000;

interface Begun {
  readonly first: number;
  readonly isRun: boolean;
}

/**
 * Finds out that a kernel said more than was heard, by the numbers that ipykernel gives its messages: a server that reads
 * too slowly makes the kernel's own socket drop, and nothing else tells of it. Replies and questions to other clients of
 * the kernel have numbers too, and are not missed. Kernels that do not count are not judged.
 */
export class CountedMessages {
  readonly #missing = new MissingNumbers();
  /** By the request's id: its `busy` was heard, and its `idle` not yet. */
  readonly #begun = new Map<string, Begun>();
  readonly #replied = new Set<string>();
  /** By the request's id: what was taken for its reply, which may still come, under another number. */
  readonly #takenForReply = new Map<string, number>();
  readonly #ours = new Set<string>();
  #limited: string | null = null;
  #process = '';

  /** What we had the kernel be sent: its answers come here. */
  sent({ header }: KernelMessage): void {
    remember(this.#ours, header.msg_id);
  }

  /** What is lost of this request is told already. */
  toldOf(requestId: string): void {
    this.#limited = requestId;
  }

  /** It does not answer yet, and nobody misses what it says. */
  isStarting(): void {
    this.#missing.restart();
  }

  /** What was lost until now is told already. */
  toldAll(): void {
    this.#missing.restart();
    this.#begun.clear();
  }

  /** All that the kernel says. @returns since when something is missing that comes no more; null for nothing */
  heard(message: KernelMessage): Date | null {
    const { channel, header, parentHeader: parent } = message;
    const numbered = NUMBERED.exec(header.msg_id);
    if (numbered?.[1] === undefined) return null;
    if (numbered[1] !== this.#process) this.toldAll();
    this.#process = numbered[1];
    const number = Number(numbered[2]);
    if (channel !== 'iopub') {
      this.#missing.heardAside(number);
      if (parent !== null && header.msg_type.endsWith('_reply')) this.#reply(parent.msg_id, number);
      return null;
    }
    this.#missing.heard(number);
    if (parent === null || header.msg_type !== 'status') return null;
    const content = Buffer.from(message.frames[3] ?? []);
    if (content.includes('"busy"')) {
      if (!parent.msg_type.endsWith('_request') || this.#begun.size >= MOST) return null;
      const isRun = parent.msg_type === 'execute_request';
      if (isRun) this.#endRuns();
      this.#begun.set(parent.msg_id, { first: number, isRun });
    } else if (content.includes('"idle"')) return this.#ended(parent.msg_id, parent.msg_type, number);
    return null;
  }

  #reply(requestId: string, number: number): void {
    const taken = this.#takenForReply.get(requestId);
    if (taken === undefined) remember(this.#replied, requestId);
    else if (taken !== number) this.#missing.misses(taken);
    this.#takenForReply.delete(requestId);
  }

  #ended(requestId: string, type: string, number: number): Date | null {
    const begun = this.#begun.get(requestId);
    const first = begun?.first ?? -1;
    if (begun !== undefined && this.#isAskable(requestId, begun)) this.#missing.excuseLone(first, number);
    else if (!this.#replied.has(requestId) && type.endsWith('_request')) {
      // One that was under way at the same time may have been given the other's.
      const taken = this.#missing.excuseLast(first, number) ?? this.#missing.excuseLast(-1, number);
      if (taken !== null) {
        if (this.#takenForReply.size >= MOST) this.#takenForReply.clear();
        this.#takenForReply.set(requestId, taken);
      }
    }
    this.#begun.delete(requestId);
    this.#replied.delete(requestId);
    this.#ours.delete(requestId);
    if (this.#limited !== null) {
      if (this.#limited === requestId) this.#limited = null;
      this.#missing.forget();
      return null;
    }
    // Control and shell speak at the same time: what is not here yet may be on its way.
    return type === 'execute_request' || this.#missing.age > SETTLED ? this.#judge() : null;
  }

  /** What is under way may have been answered already, to others. */
  #judge(): Date | null {
    let expected = 0;
    for (const [requestId, begun] of this.#begun) {
      if (this.#isAskable(requestId, begun)) return null;
      if (!this.#replied.has(requestId)) expected += 1;
    }
    if (this.#missing.count <= expected) return null;
    const { since } = this.#missing;
    this.#missing.forget();
    this.#begun.clear();
    return since;
  }

  /** A kernel runs one after the other: the end of those before is among what is missing. */
  #endRuns(): void {
    for (const [requestId, { isRun }] of this.#begun) if (isRun) this.#begun.delete(requestId);
  }

  /** Somebody else may be asked for input in it, which only they hear. */
  #isAskable(requestId: string, { isRun }: Begun): boolean {
    return isRun && !this.#ours.has(requestId);
  }
}

function remember(ids: Set<string>, id: string): void {
  ids.add(id);
  if (ids.size <= MOST) return;
  for (const oldest of ids) return void ids.delete(oldest);
}
