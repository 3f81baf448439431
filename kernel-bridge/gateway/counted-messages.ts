import type { KernelMessage } from '../protocol/message.ts';

interface Run {
  readonly first: number;
  last: number;
  /** Of the process's messages since the first, whatever they answer. */
  heard: number;
  readonly since: Date;
  hasReply: boolean;
}

/** As jupyter_client makes them, in ipykernel and what is built on it: `<session>_<process>_<number>`. */
const NUMBERED = /^(.+_\d+)_(\d+)$/;
/** More than run at once. */
const MOST_RUNS = 64;

/**
 * Finds out that a kernel said more in a run than was heard, by the numbers that ipykernel gives its messages: a server that
 * reads too slowly makes the kernel's own socket drop, and nothing else tells of it. Other kernels do not count.
 */
export class CountedMessages {
  readonly #runs = new Map<string, Run>();
  #process = '';

  /** All that the kernel says. @returns since when something is missing of the run that ends with it; null for nothing */
  heard({ channel, header, parentHeader, frames }: KernelMessage): Date | null {
    const numbered = NUMBERED.exec(header.msg_id);
    if (numbered?.[1] === undefined) return null;
    if (numbered[1] !== this.#process) this.#runs.clear();
    this.#process = numbered[1];
    const number = Number(numbered[2]);
    for (const run of this.#runs.values()) {
      run.heard += 1;
      run.last = Math.max(run.last, number);
    }
    if (parentHeader?.msg_type !== 'execute_request') return null;
    const id = parentHeader.msg_id;
    const run = this.#runs.get(id);
    if (channel === 'shell' && run !== undefined) run.hasReply = true;
    if (channel !== 'iopub' || header.msg_type !== 'status') return null;
    const content = Buffer.from(frames[3] ?? []).toString();
    if (run === undefined) {
      if (content.includes('"busy"') && this.#runs.size < MOST_RUNS)
        this.#runs.set(id, { first: number, last: number, heard: 1, since: new Date(), hasReply: false });
      return null;
    }
    if (!content.includes('"idle"')) return null;
    this.#runs.delete(id);
    // Its reply, which may come later, has a number as well.
    const missing = run.last - run.first + 1 - run.heard - (run.hasReply ? 0 : 1);
    return missing > 0 ? run.since : null;
  }
}
