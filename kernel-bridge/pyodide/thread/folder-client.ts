import { ANSWER_START, type FolderRequest } from './folder-request.ts';

/** An error of the folder, by its code: ENOENT. */
export class FolderError extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

/** Asks the process about the notebook's folder, and waits for each answer. */
export class FolderClient {
  readonly #say: (request: FolderRequest) => void;
  readonly #buffer: SharedArrayBuffer;
  readonly #state: Int32Array;

  constructor(buffer: SharedArrayBuffer, say: (request: FolderRequest) => void) {
    this.#say = say;
    this.#buffer = buffer;
    this.#state = new Int32Array(buffer, 0, 2);
  }

  /** @throws FolderError */
  ask(request: FolderRequest): Uint8Array<ArrayBuffer> {
    Atomics.store(this.#state, 0, 0);
    this.#say(request);
    Atomics.wait(this.#state, 0, 0);
    const answer = new Uint8Array(this.#buffer, ANSWER_START, Atomics.load(this.#state, 1)).slice();
    if (Atomics.load(this.#state, 0) === 2) throw new FolderError(new TextDecoder().decode(answer));
    return answer;
  }

  /** The same, of an answer in JSON. */
  read(request: FolderRequest): unknown {
    return JSON.parse(new TextDecoder().decode(this.ask(request)));
  }
}
