import type { HostSays, PythonStart } from '../../../../kernel-bridge/hosted/host-protocol.ts';
import type {
  HostedLaunch,
  KernelProcess,
  KernelProcessListener,
  StartKernel,
} from '../../../../kernel-bridge/hosted/link/kernel-process.ts';
import type { BrowserKernelKind } from '../browser-runtime.ts';
import { typeOf } from './execution-state.ts';
import type { KernelEngine, StartEngine } from './kernel-engine.ts';
import { SharedBuffers } from './shared-buffers.ts';

export function kindOfKernelspec(name: string): BrowserKernelKind {
  return /(^|\.)html$/.test(name) ? 'html' : 'python';
}

/** Starts kernels in this browser: each in an engine of its own, with memory that it shares where the browser gives any. */
export function browserKernels(startEngine: StartEngine, python: PythonStart): StartKernel {
  return (launch, listener) => new BrowserKernelProcess(launch, listener, startEngine, python);
}

class BrowserKernelProcess implements KernelProcess {
  readonly #engine: KernelEngine;
  /** Its frame is told, or replaced, by a worker that never waits for it. */
  readonly #isHtml: boolean;
  readonly #buffers: SharedBuffers | null;

  constructor(
    launch: HostedLaunch,
    listener: KernelProcessListener,
    startEngine: StartEngine,
    python: PythonStart,
  ) {
    const kind = kindOfKernelspec(launch.kernelspecName);
    this.#isHtml = kind === 'html';
    this.#buffers = kind === 'python' ? SharedBuffers.make() : null;
    this.#engine = startEngine(kind, {
      says: (said) => listener.says(said),
      broke: (why) => listener.ended({ why, isOutOfMemory: isOutOfMemory(why) }),
    });
    this.#engine.say({
      type: 'start',
      start: {
        kernelId: launch.kernelId,
        sessionPath: launch.sessionPath,
        environment: launch.environment,
        interruptBuffer: this.#buffers?.interrupt ?? null,
        inputBuffer: this.#buffers?.input ?? null,
        pauseBuffer: this.#buffers?.pause ?? null,
        python: kind === 'python' ? { ...python, memory: launch.memory ?? python.memory } : null,
      },
    });
  }

  get canInterrupt(): boolean {
    return this.#isHtml || this.#buffers !== null;
  }

  get canPause(): boolean {
    return this.#buffers !== null;
  }

  post(said: Extract<HostSays, { type: 'message' }>): void {
    const { message } = said;
    if (message.channel === 'stdin' && this.#buffers !== null && typeOf(message.header) === 'input_reply')
      this.#buffers.answerInput(message);
    else this.#engine.say(said);
  }

  interrupt(): void {
    this.#buffers?.raiseInterrupt();
    // What waits, and does not compute, hears of it so.
    this.#engine.say({ type: 'interrupt' });
  }

  pause(): void {
    this.#buffers?.hold(true);
  }

  resume(): void {
    this.#buffers?.hold(false);
  }

  end(): void {
    this.#engine.end();
  }
}

/** As browsers say it of a worker that asked for more than they give. */
function isOutOfMemory(why: string): boolean {
  return /out of memory|memory access out of bounds|allocation failed/i.test(why);
}
