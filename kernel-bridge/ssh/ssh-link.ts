import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { PlaceError } from '../places/place-error.ts';
import { AfterMark, type FarCommand, farCommand } from './far-command.ts';
import { Slots } from './slots.ts';
import { sshFailure } from './ssh-failure.ts';
import { type SshProcess, startSsh } from './ssh-process.ts';

/** An agent or a hardware key may have to ask its person. In milliseconds. */
const SIGN_IN_LIMIT = 60_000;
const RUN_LIMIT = 120_000;
/** Bytes of a script's output. */
const LARGEST_OUTPUT = 16 * 1024 * 1024;
/** sshd allows ten sessions a connection unless it is told otherwise; two of them last. */
const SESSIONS_AT_ONCE = 5;

export interface SshLinkOptions {
  /** `ssh`'s arguments up to the host, and the host. */
  readonly destination: readonly string[];
  readonly host: string;
  /** For the socket of the shared connection: short, in a folder that only this person can enter. */
  readonly controlPath: string;
  /** Runs there for as long as the link lasts; ends with its standard input. */
  readonly keeper: string;
  /** Told of the lines that the keeper prints. */
  readonly onLine: (line: string) => void;
  /** Told how far the connection is, in ssh's words of LogLevel DEBUG1; nothing where it is left out. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

export interface FarOutput {
  /** What it printed to its standard output. */
  readonly output: Buffer;
  readonly exitCode: number;
  readonly said: string;
}

export interface FarPipe {
  readonly input: Writable;
  readonly output: Readable;
  readonly process: SshProcess;
}

/**
 * One signed-in connection: a process of ssh that others share (ControlMaster). That it has a session of its own also makes
 * sshd send small packets at once; without one (`ssh -N`) each answer of a kernel waits 40 ms for an acknowledgement.
 */
export class SshLink {
  /** Resolves once it is broken, or closed, with the reason. */
  readonly closed: Promise<PlaceError>;
  readonly #options: SshLinkOptions;
  readonly #master: SshProcess;
  readonly #slots = new Slots(SESSIONS_AT_ONCE);
  #isClosed = false;

  /** @throws PlaceError */
  static async connect(options: SshLinkOptions): Promise<SshLink> {
    await rm(options.controlPath, { force: true });
    const far = farCommand(options.keeper);
    const { destination, host, controlPath, onProgress } = options;
    const verbose = onProgress === undefined ? [] : ['-o', 'LogLevel=DEBUG1'];
    const shared = ['-o', 'ControlMaster=yes', '-o', `ControlPath=${controlPath}`];
    const args = [...destination, ...verbose, ...shared, '--', host, far.command];
    const master = startSsh('ssh', args, onProgress);
    master.child.stdin.write(far.input);
    const limit = setTimeout(() => master.child.kill('SIGKILL'), SIGN_IN_LIMIT);
    const lines = new LineReader(far.mark, options.onLine);
    const signedIn = new Promise<'in'>((resolve) => {
      master.child.stdout.on('data', (chunk: Buffer) => {
        if (lines.push(chunk)) resolve('in');
      });
    });
    try {
      if ((await Promise.race([signedIn, master.ended])) === 'in') return new SshLink(options, master);
    } finally {
      clearTimeout(limit);
    }
    const said = master.said();
    if (
      /Authenticated to|Entering interactive session/.test(said) ||
      (said === '' && master.child.exitCode !== 255)
    )
      throw new PlaceError(
        'PLACE_UNFIT',
        `${host} lets us in, but runs no commands in a shell.`,
        'The account there needs a POSIX shell, and must not be limited to one command.',
      );
    throw sshFailure(host, said);
  }

  private constructor(options: SshLinkOptions, master: SshProcess) {
    this.#options = options;
    this.#master = master;
    this.closed = master.ended.then(() => {
      this.#isClosed = true;
      return this.#broken(master.said());
    });
  }

  /**
   * Runs a script of a POSIX shell there.
   * @param input what it reads from its standard input
   * @throws PlaceError PLACE_UNREACHABLE if the link breaks before it ends, or it takes longer than two minutes
   */
  async run(script: string, input: Buffer = Buffer.alloc(0)): Promise<FarOutput> {
    const release = await this.#slots.take();
    try {
      return await this.#run(farCommand(script), input);
    } finally {
      release();
    }
  }

  /** Runs a script there that lasts, and is spoken to. Its end is seen on its process. */
  pipe(script: string): { readonly pipe: FarPipe; readonly after: AfterMark } {
    const far = farCommand(script);
    const process = this.#share([far.command]);
    process.child.stdin.write(far.input);
    return {
      pipe: { input: process.child.stdin, output: process.child.stdout, process },
      after: new AfterMark(far.mark),
    };
  }

  /**
   * Makes sockets here whose connections go to sockets there, which need not be there yet.
   * @throws PlaceError
   */
  async forward(sockets: readonly { readonly here: string; readonly there: string }[]): Promise<void> {
    await Promise.all(sockets.map(({ here }) => rm(here, { force: true })));
    await this.#ask('forward', sockets);
  }

  /** Ends what `forward` made. What it cannot take away goes with the link. */
  async unforward(sockets: readonly { readonly here: string; readonly there: string }[]): Promise<void> {
    if (!this.#isClosed) await this.#ask('cancel', sockets).catch(() => undefined);
    await Promise.all(sockets.map(({ here }) => rm(here, { force: true })));
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#master.child.kill('SIGTERM');
    const limit = setTimeout(() => this.#master.child.kill('SIGKILL'), 1000);
    await this.closed;
    clearTimeout(limit);
    await rm(this.#options.controlPath, { force: true });
  }

  /** By the open connection, and by no other: without it, nothing may be tried. */
  #share(command: readonly string[], options: readonly string[] = []): SshProcess {
    const shared = ['-o', `ControlPath=${this.#options.controlPath}`, '-o', 'ControlMaster=no'];
    const alone = [
      '-F',
      'none',
      '-o',
      'ProxyCommand=false',
      '-o',
      'BatchMode=yes',
      '-o',
      'LogLevel=ERROR',
      '-T',
    ];
    return startSsh('ssh', [...alone, ...shared, ...options, '--', 'place', ...command]);
  }

  async #ask(what: 'forward' | 'cancel', sockets: readonly { here: string; there: string }[]): Promise<void> {
    const list = sockets.flatMap(({ here, there }) => ['-L', `${here}:${there}`]);
    const process = this.#share([], ['-O', what, ...list]);
    process.child.stdin.end();
    if ((await process.ended) !== 0) throw this.#broken(process.said());
  }

  async #run(far: FarCommand, input: Buffer): Promise<FarOutput> {
    const process = this.#share([far.command]);
    const { child } = process;
    const after = new AfterMark(far.mark);
    const output: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      const piece = after.push(chunk);
      size += piece.length;
      if (size > LARGEST_OUTPUT) child.kill('SIGKILL');
      else if (piece.length > 0) output.push(piece);
    });
    child.stdin.write(far.input);
    child.stdin.end(input);
    let isLate = false;
    const limit = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, RUN_LIMIT);
    const read = once(child.stdout, 'close');
    const exitCode = await process.ended;
    clearTimeout(limit);
    if (isLate) throw this.#late();
    if (exitCode === null || (exitCode === 255 && !after.isReached) || this.#isClosed)
      throw this.#broken(process.said());
    await read;
    return { output: Buffer.concat(output), exitCode, said: process.said() };
  }

  #late(): PlaceError {
    return new PlaceError(
      'PLACE_UNREACHABLE',
      `${this.#options.host} is connected, but does not answer within two minutes.`,
      'Sign in there yourself, and see what keeps it busy: its home folder may be on a file server that does not answer.',
    );
  }

  #broken(said: string): PlaceError {
    const { host } = this.#options;
    const lines = said.split('\n').map((line) => line.trim());
    const why =
      lines.findLast((line) => line !== '' && !/^(debug\d|Authenticated to|Warning:)/.test(line)) ?? '';
    return new PlaceError(
      'PLACE_UNREACHABLE',
      `The connection to ${host} broke${why === '' ? '' : `: ${why}`}`,
      'It is made anew as soon as that can be done.',
    );
  }
}

/** Lines behind the mark. */
class LineReader {
  readonly #after: AfterMark;
  readonly #onLine: (line: string) => void;
  #rest = '';

  constructor(mark: string, onLine: (line: string) => void) {
    this.#after = new AfterMark(mark);
    this.#onLine = onLine;
  }

  /** @returns whether the mark is behind */
  push(chunk: Buffer): boolean {
    const lines = (this.#rest + this.#after.push(chunk).toString()).split('\n');
    this.#rest = (lines.pop() ?? '').slice(-1000);
    for (const line of lines) this.#onLine(line);
    return this.#after.isReached;
  }
}
