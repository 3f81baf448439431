import type { HostedMessage } from '../../../../kernel-bridge/hosted/hosted-message.ts';

/** More than anybody types. In bytes. */
const LONGEST_INPUT = 1024 * 1024;
const SIGINT = 2;

/** Memory that a kernel's worker shares with its host, which so reaches it while it runs code. */
export class SharedBuffers {
  readonly interrupt = new SharedArrayBuffer(1);
  readonly input = new SharedArrayBuffer(8 + LONGEST_INPUT);
  readonly pause = new SharedArrayBuffer(4);

  /** Null where this browser gives none: the document is not isolated. */
  static make(): SharedBuffers | null {
    return globalThis.crossOriginIsolated ? new SharedBuffers() : null;
  }

  raiseInterrupt(): void {
    new Uint8Array(this.interrupt)[0] = SIGINT;
  }

  hold(isHeld: boolean): void {
    const cell = new Int32Array(this.pause);
    Atomics.store(cell, 0, isHeld ? 1 : 0);
    Atomics.notify(cell, 0);
  }

  /** As `KernelStart.inputBuffer` says. */
  answerInput({ content }: HostedMessage): void {
    let bytes = new TextEncoder().encode(content);
    if (bytes.byteLength > LONGEST_INPUT)
      bytes = new TextEncoder().encode(
        JSON.stringify({ status: 'error', ename: 'ValueError', evalue: 'What was typed is too long.' }),
      );
    new Uint8Array(this.input, 8).set(bytes);
    const length = new Int32Array(this.input, 0, 1);
    Atomics.store(length, 0, bytes.byteLength + 1);
    Atomics.notify(length, 0);
  }
}
