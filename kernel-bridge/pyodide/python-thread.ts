import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { KernelStart } from '../hosted/host-protocol.ts';
import type { HostedMessage } from '../hosted/hosted-message.ts';
import { sizeOf } from './message-size.ts';
import type { FromThread, ThreadStart, ToThread } from './thread/thread-protocol.ts';

const SIGINT = 2;
/** So much of what was sent may wait for Python to hear it. */
const LONGEST_WAIT = 16 * 1024 * 1024;
/** Answers to `input()` that are longer than this are refused. */
const LONGEST_INPUT = 16 * 1024 * 1024;
const INPUT_START = 8;

export interface PythonThreadListener {
  said(said: FromThread): void;
  /** It is gone, and nobody asked for it. @param why a sentence for people */
  broke(why: string): void;
}

/** The thread that Python computes in: it blocks, while this one is always there. */
export class PythonThread {
  readonly #worker: Worker;
  readonly #interruptBuffer = new Uint8Array(new SharedArrayBuffer(1));
  readonly #inputBuffer = new SharedArrayBuffer(INPUT_START + LONGEST_INPUT);
  #waits = 0;
  #onTaken: (() => void) | null = null;

  /** @param plan.heap bytes of JavaScript's own memory; Python's is another; null: as much as Node gives */
  constructor(
    plan: Omit<ThreadStart, 'start'> & {
      readonly start: Omit<KernelStart, 'interruptBuffer' | 'inputBuffer' | 'pauseBuffer'>;
      readonly heap: number | null;
    },
    listener: PythonThreadListener,
  ) {
    const { start, heap, ...more } = plan;
    const workerData: ThreadStart = {
      ...more,
      start: {
        ...start,
        interruptBuffer: this.#interruptBuffer.buffer,
        inputBuffer: this.#inputBuffer,
        // Its whole process is stopped, as any kernel's.
        pauseBuffer: null,
      },
    };
    this.#worker = new Worker(new URL('thread/thread-main.js', import.meta.url), {
      workerData,
      // Nothing of what this process was given: it may hold others' secrets.
      env: {},
      ...(heap !== null && { resourceLimits: { maxOldGenerationSizeMb: Math.ceil(heap / 1024 ** 2) } }),
    });
    this.#worker.on('message', (said: FromThread) => {
      if (said.type !== 'taken') return listener.said(said);
      this.#waits -= said.bytes;
      this.#onTaken?.();
    });
    this.#worker.on('error', (error: NodeJS.ErrnoException) => listener.broke(wordsOf(error)));
    this.#worker.on('exit', () => listener.broke('the thread of Python ended'));
  }

  say(said: ToThread, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(said, transfer);
  }

  /** Resolves when there is room for another one. */
  async send(message: HostedMessage): Promise<void> {
    while (this.#waits > LONGEST_WAIT) await new Promise<void>((resolve) => (this.#onTaken = resolve));
    this.#waits += sizeOf(message);
    this.say({ type: 'message', message });
  }

  interrupt(): void {
    Atomics.store(this.#interruptBuffer, 0, SIGINT);
    this.say({ type: 'interrupt' });
  }

  /** @param content an `input_reply`'s. @returns whether it is short enough */
  answerInput(content: string): boolean {
    const bytes = Buffer.from(content);
    if (bytes.length > LONGEST_INPUT) return false;
    new Uint8Array(this.#inputBuffer, INPUT_START).set(bytes);
    const state = new Int32Array(this.#inputBuffer, 0, 1);
    Atomics.store(state, 0, bytes.length + 1);
    Atomics.notify(state, 0);
    return true;
  }

  /** Resolves when it runs. */
  async started(): Promise<void> {
    await once(this.#worker, 'online');
  }
}

function wordsOf(error: NodeJS.ErrnoException): string {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY'
    ? 'JavaScript in the kernel ran out of memory: objects of JavaScript that Python held, or a package made of it'
    : `the thread of Python broke: ${error.stack ?? error.message}`;
}
