import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { FarSupervisor } from '../../kernel-bridge/far/far-supervisor.ts';
import type { HostedMessage } from '../../kernel-bridge/hosted/hosted-message.ts';
import type { BytePipe } from '../../kernel-bridge/hosted/link/byte-pipe.ts';
import type { HostOptions } from '../../kernel-bridge/hosted/link/host.ts';
import type { HostedKernelState } from '../../kernel-bridge/hosted/link/host-observer.ts';
import { HostSupervisor } from '../../kernel-bridge/hosted/link/host-supervisor.ts';
import { MemorySpool } from '../../kernel-bridge/hosted/link/memory-spool.ts';
import type { Spool } from '../../kernel-bridge/hosted/link/spool.ts';
import { greetSupervisor } from '../../kernel-bridge/supervisor/greet-supervisor.ts';
import { type BytePipe as ServersPipe, joinStreams } from '../../kernel-bridge/supervisor/link/byte-pipe.ts';
import { farLaunch, quiet } from './far-machine.ts';
import { HostedProcesses } from './hosted-process.ts';
import { KernelClient } from './kernel-client.ts';
import { SupervisorLauncher } from './supervisor-launcher.ts';

/** The engine's arrays as the Buffers that a pipe of Node takes. */
export function enginePipe(pipe: ServersPipe): BytePipe {
  return {
    get waitingBytes() {
      return pipe.waitingBytes;
    },
    write: (pieces) => pipe.write(pieces.map((piece) => Buffer.from(piece))),
    close: () => pipe.close(),
  };
}

/** What a page was told of its kernels. */
export class PageObserver {
  readonly states: (HostedKernelState | null)[] = [];
  readonly messages: HostedMessage[] = [];
  readonly unsharedCounts: number[] = [];
  emptied = 0;

  stateChanged(_kernelId: string, state: HostedKernelState | null): void {
    this.states.push(state);
  }

  message(_kernelId: string, message: HostedMessage): void {
    this.messages.push(message);
  }

  unshared(_kernelId: string, count: number): void {
    this.unsharedCounts.push(count);
  }

  empty(): void {
    this.emptied += 1;
  }
}

/** A page that hosts kernels which a test plays, and the real server's end for it, joined in memory. */
export class HostingPage {
  readonly processes = new HostedProcesses();
  readonly observer = new PageObserver();
  host: HostSupervisor;
  readonly #spool: Spool;
  readonly far: FarSupervisor;
  readonly launcher: SupervisorLauncher;
  readonly #folder = mkdtempSync(join(tmpdir(), 'page-'));
  #pipe: BytePipe | null = null;

  private constructor(spool: Spool, more: Partial<HostOptions>) {
    this.#spool = spool;
    this.host = this.#makeHost({ startKernel: this.processes.start, observer: this.observer, ...more });
    this.far = new FarSupervisor({
      folder: join(this.#folder, 'far'),
      title: 'A tab',
      log: quiet,
      isAlwaysNeeded: true,
      connect: (clientId, listener) => {
        const [ours, theirs] = duplexPair();
        joinStreams(theirs, theirs, (pipe) => this.host.join((this.#pipe = enginePipe(pipe))));
        const hello = { clientId, program: '1', role: 'owner' } as const;
        return greetSupervisor((makeEnd) => joinStreams(ours, ours, makeEnd), hello, listener, quiet);
      },
    });
    this.launcher = new SupervisorLauncher(this.far);
  }

  static async open(spool: Spool = new MemorySpool(), more: Partial<HostOptions> = {}): Promise<HostingPage> {
    const page = new HostingPage(spool, more);
    await page.host.open();
    await page.far.reach();
    return page;
  }

  /** A kernel whose process has not said a word yet. */
  async launch(kernelId = 'k') {
    const client = new KernelClient();
    const kernel = await this.launcher.launch(farLaunch(kernelId), client.listener);
    client.attach(kernel);
    return { client, kernel, process: this.processes.last };
  }

  async launchReady(kernelId = 'k') {
    const launched = await this.launch(kernelId);
    launched.process.ready();
    await launched.kernel.ready();
    return launched;
  }

  /** The page is gone, and another one hands over what it left. */
  async leave(): Promise<PageObserver> {
    const observer = new PageObserver();
    this.host.close();
    await this.cut();
    this.host = this.#makeHost({ startKernel: null, observer });
    await this.host.open();
    await this.far.reach();
    return observer;
  }

  /** Resolves when the server has noticed. */
  async cut(): Promise<void> {
    this.#pipe?.close();
    while (this.far.isReached) await turn();
  }

  #makeHost(options: Pick<HostOptions, 'startKernel' | 'observer'> & Partial<HostOptions>): HostSupervisor {
    return new HostSupervisor({ spool: this.#spool, log: quiet, ...options });
  }

  async remove(): Promise<void> {
    this.host.close();
    await this.far.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
