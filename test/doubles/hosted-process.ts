import type { HostedMessage } from '../../kernel-bridge/hosted/hosted-message.ts';
import type { HostSays } from '../../kernel-bridge/hosted/host-protocol.ts';
import type {
  HostedLaunch,
  KernelProcess,
  KernelProcessListener,
  StartKernel,
} from '../../kernel-bridge/hosted/link/kernel-process.ts';

let count = 0;

/** A message of a kernel in a JavaScript engine, or for one. */
export function hostedMessage(
  channel: HostedMessage['channel'],
  type: string,
  content: object = {},
  parent: string | null = null,
): HostedMessage {
  const header = { msg_id: `m${++count}`, msg_type: type, session: 's' };
  return {
    channel,
    header: JSON.stringify(header),
    parentHeader: parent ?? '{}',
    metadata: '{}',
    content: JSON.stringify(content),
    buffers: [],
  };
}

export function headerOf({ header }: HostedMessage): { readonly msg_id: string; readonly msg_type: string } {
  return JSON.parse(header) as { msg_id: string; msg_type: string };
}

/** One process of a hosted kernel, which does what a test says and answers what it is asked of itself. */
export class HostedProcess implements KernelProcess {
  canInterrupt = true;
  canPause = true;
  memory: number | null = null;
  readonly launch: HostedLaunch;
  readonly listener: KernelProcessListener;
  readonly posted: HostedMessage[] = [];
  readonly done: ('interrupt' | 'pause' | 'resume' | 'end')[] = [];
  /** Whether it answers `shutdown_request`. */
  isPolite = true;

  constructor(launch: HostedLaunch, listener: KernelProcessListener) {
    this.launch = launch;
    this.listener = listener;
  }

  get isPaused(): boolean {
    return this.done.lastIndexOf('pause') > this.done.lastIndexOf('resume');
  }

  get isEnded(): boolean {
    return this.done.includes('end');
  }

  /** Ids of what it was sent by others. */
  get received(): readonly string[] {
    return this.posted.map((message) => headerOf(message).msg_id).filter((id) => !id.startsWith('host-'));
  }

  ready(): void {
    this.listener.says({ type: 'ready' });
  }

  say(message: HostedMessage): void {
    this.listener.says({ type: 'message', message });
  }

  status(state: 'busy' | 'idle', parent: string): void {
    this.say(hostedMessage('iopub', 'status', { execution_state: state }, parent));
  }

  post({ message }: Extract<HostSays, { type: 'message' }>): void {
    this.posted.push(message);
    const { msg_type } = headerOf(message);
    if (msg_type === 'kernel_info_request') {
      this.status('busy', message.header);
      this.say(hostedMessage('shell', 'kernel_info_reply', { implementation: 'scripted' }, message.header));
      this.status('idle', message.header);
    }
    if (msg_type === 'shutdown_request' && this.isPolite)
      this.say(hostedMessage('control', 'shutdown_reply', {}, message.header));
  }

  interrupt(): void {
    this.done.push('interrupt');
  }

  pause(): void {
    this.done.push('pause');
  }

  resume(): void {
    this.done.push('resume');
  }

  end(): void {
    this.done.push('end');
  }
}

/** Starts processes that a test plays. */
export class HostedProcesses {
  readonly all: HostedProcess[] = [];
  /** What each is like when it is started. */
  traits: Partial<Pick<HostedProcess, 'canInterrupt' | 'canPause' | 'isPolite' | 'memory'>> = {};

  readonly start: StartKernel = (launch, listener) => {
    const process = Object.assign(new HostedProcess(launch, listener), this.traits);
    this.all.push(process);
    return process;
  };

  get last(): HostedProcess {
    const last = this.all.at(-1);
    if (last === undefined) throw new TypeError('no process was started');
    return last;
  }
}
