import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
} from 'node:fs';
import {
  realpathSync,
  renameSync,
  rmdirSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { ANSWER_START, type FileState, type FolderRequest, LONGEST_ANSWER } from './thread/folder-request.ts';

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/**
 * The folder of a notebook, as Python may see it: nothing above it, and no link that leads out of it. Asked by a thread that
 * waits for each answer in shared memory.
 */
export class NotebookFolder {
  readonly buffer = new SharedArrayBuffer(ANSWER_START + LONGEST_ANSWER);
  readonly #root: string;
  readonly #state = new Int32Array(this.buffer, 0, 2);
  readonly #bytes = new Uint8Array(this.buffer, ANSWER_START);

  constructor(root: string) {
    this.#root = realpathSync(root);
  }

  answer(request: FolderRequest): void {
    let answer: Uint8Array;
    let isError = false;
    try {
      answer = this.#do(request);
    } catch (error) {
      isError = true;
      answer = Buffer.from((error as NodeJS.ErrnoException).code ?? 'EIO');
    }
    this.#bytes.set(answer);
    Atomics.store(this.#state, 1, answer.length);
    Atomics.store(this.#state, 0, isError ? 2 : 1);
    Atomics.notify(this.#state, 0);
  }

  #do(request: FolderRequest): Uint8Array {
    const path = this.#target(request.path);
    switch (request.ask) {
      case 'stat': {
        const { mode, size, mtimeMs } = lstatSync(path);
        return json({ mode, size, modified: mtimeMs } satisfies FileState);
      }
      case 'list':
        return json(this.#names(path, request.path));
      case 'create':
        closeSync(openSync(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o666));
        return NOTHING;
      case 'mkdir':
        mkdirSync(path);
        return NOTHING;
      case 'unlink':
        unlinkSync(this.#inside(request.path));
        return NOTHING;
      case 'rmdir':
        rmdirSync(path);
        return NOTHING;
      case 'read':
        return withFile(path, O_RDONLY, (file) => {
          const length = Math.min(request.length, LONGEST_ANSWER);
          const bytes = Buffer.alloc(Math.max(0, Math.min(length, fstatSync(file).size - request.position)));
          return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, request.position));
        });
      case 'write':
        return withFile(path, O_WRONLY, (file) => {
          const { bytes, position } = request;
          for (let done = 0; done < bytes.length;)
            done += writeSync(file, bytes, done, bytes.length - done, position + done);
          return NOTHING;
        });
      case 'truncate':
        truncateSync(path, request.size);
        return NOTHING;
      case 'utime':
        utimesSync(path, new Date(), new Date(request.modified));
        return NOTHING;
      case 'rename':
        renameSync(this.#inside(request.path), this.#inside(request.to));
        return NOTHING;
    }
  }

  /** What leads outside is left out: whoever lists a folder looks at all that is in it. */
  #names(folder: string, path: string): readonly string[] {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => {
        if (!entry.isSymbolicLink()) return true;
        try {
          return this.#target(join(path, entry.name)) !== '';
        } catch {
          return false; // It leads outside, or nowhere.
        }
      })
      .map(({ name }) => name);
  }

  /** The same, of what a link in the folder leads to. */
  #target(path: string): string {
    const real = this.#inside(path);
    if (lstatSync(real, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return real;
    const target = realpathSync(real);
    return this.#isIn(target) ? target : refuse();
  }

  /** @throws EACCES for what is outside, by its path or by a link of a folder in it */
  #inside(path: string): string {
    if (path === '') return this.#root;
    const wanted = join(this.#root, path);
    const parent = realpathSync(dirname(wanted));
    const real = join(parent, basename(wanted));
    return this.#isIn(parent) && real !== this.#root && this.#isIn(real) ? real : refuse();
  }

  #isIn(path: string): boolean {
    return path === this.#root || path.startsWith(this.#root + sep);
  }
}

const NOTHING = new Uint8Array();
const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

function refuse(): never {
  throw Object.assign(new Error('it is outside of the folder'), { code: 'EACCES' });
}

function withFile(path: string, flags: number, use: (file: number) => Uint8Array): Uint8Array {
  const file = openSync(path, flags | O_NOFOLLOW);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
