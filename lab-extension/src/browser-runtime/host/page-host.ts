import type { HostedMessage } from '../../../../kernel-bridge/hosted/hosted-message.ts';
import type { HostObserver } from '../../../../kernel-bridge/hosted/link/host-observer.ts';
import type { StartKernel } from '../../../../kernel-bridge/hosted/link/kernel-process.ts';
import { browserKernels, kindOfKernelspec } from './browser-kernel-process.ts';
import { typeOf } from './execution-state.ts';
import type { StartEngine } from './kernel-engine.ts';
import type { HostedKernelModel, HostSettings, HostTells, PageSays } from './page-talk.ts';
import { notRun } from './page-message.ts';
import { PrivateKernel } from './private-kernel.ts';
import { ServerHost } from './server-host.ts';
import { ToldMessages } from './told-messages.ts';

/** All kernels of one page: those of the server, which is connected when the first is wanted, and private ones. */
export class PageHost {
  readonly #tell: (told: HostTells) => void;
  readonly #start: StartKernel;
  readonly #privates = new Map<string, PrivateKernel>();
  readonly #models = new Map<string, HostedKernelModel>();
  readonly #followed = new Set<string>();
  readonly #messages = new ToldMessages((kernelId, messages) =>
    this.#tell({ type: 'messages', kernelId, messages }),
  );
  readonly #server: ServerHost;

  constructor(settings: HostSettings, startEngine: StartEngine, tell: (told: HostTells) => void) {
    this.#tell = tell;
    this.#start = browserKernels(startEngine, settings.python);
    this.#server = new ServerHost(settings, (launch, listener) => this.#launch(launch, listener), {
      observer: this.#observer(),
      changed: (connection) => this.#tell({ type: 'connection', connection }),
      problem: (text) => this.#tell({ type: 'problem', text }),
    });
  }

  hear(said: Exclude<PageSays, { type: 'open' }>): void {
    switch (said.type) {
      case 'connect':
        return void this.#server.connect(said.isAnew);
      case 'documents':
        return this.#server.handOver(said.areShared);
      case 'start-private':
        return this.#startPrivate(said.kernelId, said.kind);
      case 'follow':
        if (said.isFollowed) this.#followed.add(said.kernelId);
        else this.#followed.delete(said.kernelId);
        return;
      case 'send':
        return this.#send(said.kernelId, said.message);
      case 'interrupt':
      case 'restart': {
        const kernel = this.#privates.get(said.kernelId);
        if (kernel === undefined) this.#server[said.type](said.kernelId);
        else kernel[said.type]().catch((error: Error) => this.#problem(error));
        return;
      }
      case 'close':
        this.#privates.get(said.kernelId)?.end('it was ended');
        this.#privates.delete(said.kernelId);
        this.#forget(said.kernelId);
    }
  }

  #send(kernelId: string, message: HostedMessage): void {
    const kernel = this.#privates.get(kernelId);
    try {
      if (kernel === undefined) this.#server.ask(kernelId, message);
      else kernel.send(message);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (typeOf(message.header) !== 'execute_request') return this.#problem(error);
      for (const answer of notRun(message, `This was not run: ${error.message}.`))
        this.#messages.add(kernelId, answer);
    }
  }

  #problem({ message }: Error): void {
    this.#tell({ type: 'problem', text: message });
  }

  #startPrivate(kernelId: string, kind: HostedKernelModel['kind']): void {
    this.#models.set(kernelId, {
      ...{ id: kernelId, kind, path: null, isPrivate: true },
      ...{ state: { kind: 'loading', text: 'Starting', done: null }, unshared: 0, canInterrupt: false },
    });
    this.#followed.add(kernelId);
    this.#privates.set(
      kernelId,
      new PrivateKernel(
        kernelId,
        kind,
        (launch, listener) => {
          const process = this.#start(launch, listener);
          this.#change(kernelId, { canInterrupt: process.canInterrupt });
          return process;
        },
        {
          message: (message) => this.#messages.add(kernelId, message),
          stateChanged: (state) => this.#change(kernelId, { state }),
        },
      ),
    );
  }

  readonly #launch: StartKernel = (launch, listener) => {
    const { kernelId, kernelspecName, sessionPath } = launch;
    const process = this.#start(launch, listener);
    this.#models.set(kernelId, {
      ...{ id: kernelId, kind: kindOfKernelspec(kernelspecName), path: sessionPath, isPrivate: false },
      ...{ state: { kind: 'loading', text: 'Starting', done: null }, unshared: 0 },
      canInterrupt: process.canInterrupt,
    });
    this.#change(kernelId, {});
    return process;
  };

  #observer(): HostObserver {
    return {
      stateChanged: (kernelId, state) => {
        if (state === null) this.#forget(kernelId);
        else this.#change(kernelId, { state });
      },
      message: (kernelId, message) => {
        if (this.#followed.has(kernelId)) this.#messages.add(kernelId, message);
      },
      unshared: (kernelId, unshared) => this.#change(kernelId, { unshared }),
      empty: () => undefined,
    };
  }

  #change(kernelId: string, change: Partial<HostedKernelModel>): void {
    const before = this.#models.get(kernelId);
    // Of what an earlier life left the page shows nothing.
    if (before === undefined) return;
    const kernel = { ...before, ...change };
    this.#models.set(kernelId, kernel);
    this.#messages.flush();
    this.#tell({ type: 'kernel', kernel });
  }

  #forget(kernelId: string): void {
    this.#followed.delete(kernelId);
    this.#messages.flush();
    if (this.#models.delete(kernelId)) this.#tell({ type: 'gone', kernelId });
  }
}
