import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { DetachableKernel, KernelListener, LaunchRequest } from '../../kernel-bridge/kernel.ts';
import type { ConnectElsewhere } from '../../kernel-bridge/far/reach-loop.ts';
import type { KernelLog } from '../../kernel-bridge/local/kernel-log.ts';
import { ClientSession } from '../../kernel-bridge/supervisor/client-session.ts';
import { greetSupervisor } from '../../kernel-bridge/supervisor/greet-supervisor.ts';
import { type BytePipe, joinStreams } from '../../kernel-bridge/supervisor/link/byte-pipe.ts';
import type { AdoptingLauncher } from '../../kernel-bridge/supervisor/adopting-launcher.ts';
import { Supervisor } from '../../kernel-bridge/supervisor/supervisor.ts';
import { spokenMessage } from './spoken-message.ts';

export const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };

export function farLaunch(kernelId: string): LaunchRequest {
  const spec = {
    argv: [],
    display_name: 'X',
    language: 'x',
    env: {},
    interrupt_mode: 'signal',
    metadata: {},
  } as const;
  return {
    kernelId,
    kernelspec: { name: 'x', resourceDirectory: '/', prefix: null, spec },
    workingDirectory: '/',
    sessionPath: null,
    environment: { SECRET: 'of the kernel' },
    pythonPrefix: '/',
    runtimeDirectory: '/',
  };
}

/** A machine elsewhere with our real supervisor, kernels without processes, and a network that a test cuts. */
export class FarMachine {
  /** It answers. While it does not, who connects waits. */
  isThere = true;
  /** Of the server's ends of its connections. */
  log: KernelLog = quiet;
  /** What each kernel was sent, by its id. */
  readonly received = new Map<string, string[]>();
  /** Those that were asked to end. */
  readonly ended: string[] = [];
  connections = 0;
  readonly #folders: string[] = [];
  readonly #listeners = new Map<string, KernelListener>();
  #supervisor: Supervisor;
  #pipe: BytePipe | null = null;

  constructor() {
    this.#supervisor = this.#makeSupervisor();
  }

  readonly connect: ConnectElsewhere = async (clientId, listener, signal) => {
    while (!this.isThere) {
      signal.throwIfAborted();
      await turn();
    }
    this.connections += 1;
    const [ours, theirs] = duplexPair();
    joinStreams(theirs, theirs, (pipe) => {
      this.#pipe = pipe;
      const session = new ClientSession(pipe, this.#supervisor, quiet);
      this.#supervisor.join(session);
      return session;
    });
    const hello = { clientId, program: '1', role: 'owner' } as const;
    return greetSupervisor((makeEnd) => joinStreams(ours, ours, makeEnd), hello, listener, this.log);
  };

  /** One line that a kernel prints. */
  say(kernelId: string, text: string): void {
    this.#listeners.get(kernelId)?.message(spokenMessage({ content: { name: 'stdout', text } }));
  }

  /** What no supervisor of ours would send. */
  inject(...frames: Buffer[]): void {
    this.#pipe?.write(frames);
  }

  cut(): void {
    this.#pipe?.close();
  }

  /** The machine is switched off and on again. */
  startAnew(): void {
    this.cut();
    this.#listeners.clear();
    this.#supervisor = this.#makeSupervisor();
  }

  remove(): void {
    for (const folder of this.#folders) rmSync(folder, { recursive: true, force: true });
  }

  #makeSupervisor(): Supervisor {
    const folder = mkdtempSync(join(tmpdir(), 'far-'));
    this.#folders.push(folder);
    return new Supervisor({
      launcher: this.#launcher,
      folder,
      programVersion: '1',
      log: quiet,
      onNeeded: () => undefined,
      onEnded: () => undefined,
    });
  }

  get #launcher(): AdoptingLauncher {
    const launch = ({ kernelId }: LaunchRequest, listener: KernelListener): Promise<DetachableKernel> => {
      this.#listeners.set(kernelId, listener);
      const received: string[] = [];
      this.received.set(kernelId, received);
      const kernel = {
        pid: 4711,
        connectionFile: '/there',
        ready: () => Promise.resolve({}),
        send: ({ header }: { header: { msg_id: string } }) => void received.push(header.msg_id),
        interrupt: () => Promise.resolve(),
        shutdown: () => {
          this.ended.push(kernelId);
          return Promise.resolve();
        },
      };
      return Promise.resolve(kernel as unknown as DetachableKernel);
    };
    return {
      launch,
      adopt: () => Promise.reject(new Error('nobody adopts here')),
      records: () => Promise.resolve([]),
      detach: () => Promise.resolve(),
      close: () => {
        this.ended.push(...this.#listeners.keys());
        return Promise.resolve();
      },
    };
  }
}
