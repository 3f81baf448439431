import type { KernelSays, KernelStart } from '../host-protocol.ts';
import type { HostedMessage } from '../hosted-message.ts';
import type { Packages } from './packages.ts';

/** A list of Python's, as its proxy shows it here. */
interface PythonBuffers {
  toJs(): (Uint8Array | ArrayBufferView)[];
}

/** What Python calls of ours. Names and shapes are used by in_the_loop_kernel. */
export interface KernelHost {
  post(
    channel: HostedMessage['channel'],
    header: string,
    parentHeader: string,
    metadata: string,
    content: string,
    buffers: PythonBuffers | undefined,
  ): void;
  /** Settles when what was posted to this kernel by now has been heard. */
  afterWhatWaits(): Promise<void>;
  canBlock(): boolean;
  /** Blocks without using the processor; false where that cannot be. */
  sleep(milliseconds: number): boolean;
  /** Waits for the answer to an `input_request`, at most that many milliseconds; its content's JSON, or the empty text for none yet. */
  waitForInput(milliseconds: number): string;
  readonly packages: Packages;
  /** What was written to file descriptor 1 (or 2) since this was asked, as lines. */
  takeWritten(descriptor: number): string;
  /** It was shut down, or left by `exit()`. */
  ended(): void;
  log(text: string): void;
}

export function makeKernelHost(
  post: (says: KernelSays, transfer: Transferable[]) => void,
  { inputBuffer, pauseBuffer }: Pick<KernelStart, 'inputBuffer' | 'pauseBuffer'>,
  packages: Packages,
  written: Record<number, string>,
): KernelHost {
  const state = inputBuffer && new Int32Array(inputBuffer, 0, 1);
  // Pages that are not isolated have no such memory.
  const sleeping = 'SharedArrayBuffer' in globalThis ? new Int32Array(new SharedArrayBuffer(4)) : null;
  const pause = pauseBuffer && new Int32Array(pauseBuffer, 0, 1);
  return {
    post(channel, header, parentHeader, metadata, content, buffers) {
      while (pause && Atomics.load(pause, 0) === 1) Atomics.wait(pause, 0, 1);
      const copies = buffers ? buffers.toJs().map(copied) : [];
      const message = { channel, header, parentHeader, metadata, content, buffers: copies };
      post(
        { type: 'message', message },
        copies.map((copy) => copy.buffer),
      );
    },
    // Timers come after the messages that wait; the second one after those that a first turn of the loop only began to read.
    afterWhatWaits: () => new Promise((resolve) => setTimeout(() => setTimeout(resolve, 0), 0)),
    canBlock: () => state !== null,
    sleep(milliseconds) {
      if (!sleeping) return false;
      Atomics.wait(sleeping, 0, 0, milliseconds);
      return true;
    },
    waitForInput(milliseconds) {
      if (!state || !inputBuffer) return '';
      Atomics.wait(state, 0, 0, milliseconds);
      const length = Atomics.load(state, 0) - 1;
      if (length < 0) return '';
      const answer = new TextDecoder().decode(new Uint8Array(inputBuffer, 8, length).slice());
      Atomics.store(state, 0, 0);
      return answer;
    },
    packages,
    takeWritten(descriptor) {
      const text = written[descriptor] ?? '';
      written[descriptor] = '';
      return text;
    },
    ended: () => post({ type: 'ended', failure: null }, []),
    log: (text) => post({ type: 'log', text }, []),
  };
}

/** Their own memory: Python's moves when it grows. */
function copied(part: Uint8Array | ArrayBufferView): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new Uint8Array(part.buffer as ArrayBuffer, part.byteOffset, part.byteLength));
}
