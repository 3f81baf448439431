import type {
  KernelAssignment,
  KernelExit,
  KernelLifecycleEvent,
  LaunchRequest,
} from '../../kernel-bridge/kernel.ts';
import { assigned, KernelError } from '../../kernel-bridge/kernel.ts';
import { Readiness } from '../../kernel-bridge/life/readiness.ts';
import type { KernelMessage } from '../../kernel-bridge/protocol/message.ts';
import type {
  SupervisedKernel,
  SupervisedKernelListener,
} from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { type Speech, spokenMessage } from './spoken-message.ts';

const EXIT: KernelExit = {
  exitCode: 1,
  signal: null,
  stderrTail: 'it broke',
  outOfMemory: null,
  memoryHighWater: null,
  limit: null,
};

/** A kernel without a process: it says, and becomes, what the test tells it to. */
export class MemoryKernel implements SupervisedKernel {
  readonly id: string;
  readonly specName: string;
  readonly connectionFile = null;
  /** What clients sent, in order. */
  readonly sent: KernelMessage[] = [];
  /** What else was asked of it, in order. */
  readonly asked: string[] = [];
  request: LaunchRequest;
  /** Rejects the next call of that name. */
  readonly failures = new Map<'restart' | 'interrupt' | 'shutdown' | 'send', KernelError>();
  /** Delays what it is asked on being taken over, as a machine does that is away. */
  reached: Promise<void> = Promise.resolve();
  /** Delays shutdown, as a kernel does that ends slowly. */
  ending: Promise<void> = Promise.resolve();
  /** Positions that it was told need not be kept, in order. */
  readonly acknowledged: number[] = [];
  /** Whose page runs it. */
  askerThere: string | null = null;
  /** What `handedOver` answers; by default what clients sent. */
  tellsHandedOver: readonly string[] | null | undefined;
  /** Null: nobody, and what it says waits. */
  listener: SupervisedKernelListener | null;
  onOver: () => void;
  readonly #ready = new Readiness();
  /** What was said, by position, until it is acknowledged. */
  readonly #kept = new Map<number, (listener: SupervisedKernelListener) => void>();
  #position = 0;
  #pid = 1000;
  #over = false;

  constructor(request: LaunchRequest, listener: SupervisedKernelListener, onOver: () => void) {
    this.id = request.kernelId;
    this.specName = request.kernelspec.name;
    this.request = request;
    this.listener = listener;
    this.onOver = onOver;
  }

  get pid(): number | null {
    return this.#over ? null : this.#pid;
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Says something to whoever listens. */
  say(speech: Speech): KernelMessage {
    const message = spokenMessage({ session: `kernel-${this.#pid}`, ...speech });
    this.#tell((listener, position) => listener.message(message, position));
    return message;
  }

  /** The page that runs it asks it itself, and hands that over like what it says. */
  askedThere(request: KernelMessage): void {
    this.#tell((listener, position) => listener.message(request, position));
  }

  /** Runs a request as kernels do: busy, what it prints, the reply, idle. */
  run(request: KernelMessage, ...texts: string[]): void {
    const parent = request;
    this.say({ type: 'status', content: { execution_state: 'busy' }, parent });
    for (const text of texts) this.say({ content: { name: 'stdout', text }, parent });
    const type = request.header.msg_type.replace('request', 'reply');
    this.say({ channel: request.channel, type, content: { status: 'ok' }, parent });
    this.say({ type: 'status', content: { execution_state: 'idle' }, parent });
  }

  becomeReady(info: object = {}): void {
    this.#ready.resolve({ status: 'ok', ...info });
  }

  failToAnswer(): void {
    this.#ready.reject(new KernelError('KERNEL_NOT_READY', 'the kernel did not answer'));
  }

  /** Its process ended, and another has begun. */
  dieAndRestart(waiting: readonly string[] = []): void {
    this.#ready.renew();
    this.become({ kind: 'died', exit: EXIT, waiting: new Set(waiting) });
    this.#pid += 1;
    this.become({ kind: 'autorestarted', pid: this.#pid });
  }

  dieForGood(): void {
    this.become({ kind: 'died', exit: EXIT, waiting: new Set() });
    this.#end();
    this.become({ kind: 'gave-up', exit: EXIT });
  }

  ready(): Promise<Readonly<Record<string, unknown>>> {
    return this.#ready.promise;
  }

  send(message: KernelMessage): void {
    this.#fail('send');
    if (this.#over) throw dead();
    this.sent.push(message);
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a failure must reject, not throw
  async interrupt(): Promise<void> {
    this.asked.push('interrupt');
    this.#fail('interrupt');
    if (this.#over) throw dead();
  }

  // eslint-disable-next-line @typescript-eslint/require-await -- a failure must reject, not throw
  async restart(options: { readonly sessionPath?: string | null } = {}): Promise<void> {
    this.asked.push(`restart ${options.sessionPath ?? ''}`.trim());
    this.#fail('restart');
    if (this.#over) throw dead();
    this.#ready.renew();
    this.#pid += 1;
  }

  async shutdown(options: { readonly now?: boolean } = {}): Promise<void> {
    this.asked.push(options.now === true ? 'shutdown now' : 'shutdown');
    this.#fail('shutdown');
    await this.ending;
    this.#end();
  }

  assign(assignment: KernelAssignment): void {
    this.request = assigned(this.request, assignment);
    this.asked.push(`assign ${assignment.workingDirectory}`);
  }

  become(event: KernelLifecycleEvent): void {
    this.#tell((listener, position) => listener.lifecycle(event, position));
  }

  /** Entries that a supervisor would have to keep. */
  get unacknowledged(): number {
    return this.#kept.size;
  }

  acknowledge(position: number): void {
    this.acknowledged.push(position);
    for (const kept of this.#kept.keys()) if (kept <= position) this.#kept.delete(kept);
  }

  async handedOver(): Promise<readonly string[] | null> {
    await this.reached;
    const { tellsHandedOver = this.sent.map(({ header }) => header.msg_id) } = this;
    return tellsHandedOver;
  }

  /** What is kept comes again, to another listener or to the same. */
  hearAgain(after: number, listener = this.listener): void {
    this.listener = listener;
    if (listener !== null) for (const [position, tell] of this.#kept) if (position > after) tell(listener);
  }

  #tell(tell: (listener: SupervisedKernelListener, position: number) => void): void {
    const position = (this.#position += 1);
    this.#kept.set(position, (listener) => tell(listener, position));
    if (this.listener !== null) tell(this.listener, position);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#ready.reject(dead());
    this.onOver();
  }

  #fail(call: 'restart' | 'interrupt' | 'shutdown' | 'send'): void {
    const failure = this.failures.get(call);
    this.failures.delete(call);
    if (failure !== undefined) throw failure;
  }
}

function dead(): KernelError {
  return new KernelError('KERNEL_DEAD', 'the kernel is dead');
}
