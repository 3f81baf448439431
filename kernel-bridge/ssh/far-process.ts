import { constants } from 'node:os';
import type { HostedExit, HostedProcess, HostListener, KnownProcess } from '../remote/kernel-host.ts';
import { UNSEEN_EXIT } from '../kernel.ts';
import { type ConnectionInfo, ipcPathsOf } from '../protocol/connection-info.ts';
import { type FarKernel, endScript, lookScript, removeScript, signalScript } from './kernel-scripts.ts';
import { type FarState, readState } from './far-state.ts';
import type { SshLink } from './ssh-link.ts';

/** Moments of standing still (P2) are over before a command is there. In milliseconds. */
const STOP_DELAY = 250;

export interface FarProcessOptions {
  readonly kernel: FarKernel;
  readonly known: KnownProcess;
  /** Its connection file as it is there. */
  readonly there: ConnectionInfo;
  /** Of its sockets here, as `ip` of a connection. */
  readonly here: string;
  /** For people. */
  readonly machine: string;
  readonly told: HostListener;
  /** @throws PlaceError while there is no way */
  link(): Promise<SshLink>;
  onGone(): void;
}

/** A kernel's process on another machine, whose sockets come here by a connection that may break and be made anew. */
export class FarProcess implements HostedProcess {
  readonly known: KnownProcess;
  readonly connection: ConnectionInfo;
  readonly pid = null;
  readonly exit: Promise<HostedExit>;
  readonly #options: FarProcessOptions;
  #onExit!: (exit: HostedExit) => void;
  #isGone = false;
  #wasKilled = false;
  #isReleased = false;
  /** Its folders there are removed. */
  #removal: Promise<void> | null = null;
  #isStopped = false;
  #stopTimer: NodeJS.Timeout | undefined;
  /** Signals arrive in the order in which they were asked for. */
  #signals: Promise<unknown> = Promise.resolve();

  constructor(options: FarProcessOptions) {
    this.#options = options;
    this.known = options.known;
    this.connection = { ...options.there, ip: options.here };
    this.exit = new Promise((resolve) => (this.#onExit = resolve));
  }

  get name(): string {
    return this.#options.kernel.name;
  }

  async interrupt(): Promise<void> {
    await this.#signal('INT');
  }

  pause(isPaused: boolean): void {
    clearTimeout(this.#stopTimer);
    // A way that is broken cannot stop it. What is not read meanwhile is lost with the way, and told.
    const send = (signal: 'STOP' | 'CONT'): void => void this.#signal(signal).catch(() => undefined);
    if (isPaused) {
      this.#stopTimer = setTimeout(() => {
        this.#isStopped = true;
        send('STOP');
      }, STOP_DELAY);
    } else if (this.#isStopped) {
      this.#isStopped = false;
      send('CONT');
    }
  }

  /** Whoever stopped it is gone (A7). @throws PlaceError */
  async continue(): Promise<void> {
    await this.#signal('CONT');
  }

  /** Looks whether it is gone. Without a way there, its restoring looks. */
  suspect(): void {
    this.#options
      .link()
      .then((link) => this.look(link))
      .catch(() => undefined);
  }

  async end(how: 'terminate' | 'kill'): Promise<boolean> {
    if (this.#isGone) return true;
    this.#wasKilled = true;
    const link = await this.#options.link().catch(() => null);
    if (link === null) return false;
    const script = endScript(this.#options.kernel, how === 'kill' ? 'KILL' : 'TERM');
    this.#take(link, readState((await link.run(script)).output));
    return this.#isGone;
  }

  async release(): Promise<void> {
    if (this.#isReleased) return;
    this.#isReleased = true;
    clearTimeout(this.#stopTimer);
    this.#options.onGone();
    if (this.#removal !== null) return this.#removal;
    const link = await this.#options.link().catch(() => null);
    await link?.unforward(this.#sockets());
  }

  /**
   * Makes its sockets here, by a connection that is new.
   * @param silentFrom since when the way was broken; ISO 8601
   * @returns what has become of it meanwhile
   * @throws PlaceError
   */
  async reach(link: SshLink, silentFrom: string | null = null): Promise<FarState> {
    await link.forward(this.#sockets());
    return this.look(link, silentFrom);
  }

  /** @throws PlaceError */
  async look(link: SshLink, silentFrom: string | null = null): Promise<FarState> {
    const state = readState((await link.run(lookScript(this.#options.kernel))).output);
    // Before it is told to be gone, if it is.
    if (silentFrom !== null && ['alive', 'gone'].includes(state.kind)) this.#mended(silentFrom);
    this.#take(link, state);
    return state;
  }

  /** The way to it broke. */
  cut(reason: string): void {
    this.#options.told.warned(
      `${reason} The kernel goes on there; what it says until the connection is made anew is lost.`,
    );
  }

  #signal(signal: 'INT' | 'STOP' | 'CONT'): Promise<unknown> {
    const sent = this.#signals.then(async () => {
      const link = await this.#options.link();
      await link.run(signalScript(this.#options.kernel, signal));
    });
    this.#signals = sent.catch(() => undefined);
    return sent;
  }

  #mended(silentFrom: string): void {
    this.#options.told.reachedAgain(
      silentFrom,
      `The ssh connection to ${this.#options.machine} was broken. What the kernel said meanwhile is lost, because no supervisor of ours keeps it there.`,
    );
  }

  #take(link: SshLink, state: FarState): void {
    if (state.kind !== 'gone' || this.#isGone) return;
    this.#isGone = true;
    this.#removal = this.#remove(link);
    this.#onExit(this.#exitOf(state));
    this.#options.onGone();
  }

  async #remove(link: SshLink): Promise<void> {
    // What is left of it there are some small files, for its owner alone.
    await link.run(removeScript(this.#options.kernel)).catch(() => undefined);
    await link.unforward(this.#sockets());
  }

  #exitOf({ exitCode, tail }: Extract<FarState, { kind: 'gone' }>): HostedExit {
    const { machine } = this.#options;
    // A shell's word for the end by a signal.
    const signal = exitCode !== null && exitCode > 128 ? signalName(exitCode - 128) : null;
    let explanation: string | null = null;
    if (this.#wasKilled) explanation = null;
    else if (exitCode === null)
      explanation = `Its process on ${machine} is gone and left no exit code: it was killed there, or the machine was started anew.`;
    else if (signal === 'SIGKILL')
      explanation = `It was killed on ${machine}, most often because memory ran out there.`;
    return {
      ...UNSEEN_EXIT,
      exitCode: signal === null ? exitCode : null,
      signal: signal ?? (exitCode === null && this.#wasKilled ? 'SIGKILL' : null),
      stderrTail: tail,
      ...(explanation !== null && { explanation }),
    };
  }

  #sockets(): { readonly here: string; readonly there: string }[] {
    const there = ipcPathsOf(this.#options.there);
    return ipcPathsOf(this.connection).map((here, index) => ({ here, there: there[index] ?? '' }));
  }
}

function signalName(number: number): string | null {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? null;
}
