import type { Kernel, KernelSpec, ServerConnection, Session } from '@jupyterlab/services';
import { UUID } from '@lumino/coreutils';
import type {
  BrowserKernelKind,
  IBrowserRuntime,
  IHostedKernel,
} from '../browser-runtime/browser-runtime.ts';

/** What the kernels of private copies are called. */
const KINDS: Readonly<Record<string, BrowserKernelKind>> = {
  'browser.python': 'python',
  'browser.html': 'html',
};

export const PRIVATE_KERNELSPECS: KernelSpec.ISpecModels = {
  default: 'browser.python',
  kernelspecs: {
    'browser.python': kernelspec('browser.python', 'Python (in this browser)', 'python'),
    'browser.html': kernelspec('browser.html', 'HTML (in this browser)', 'html'),
  },
};

interface PrivateSession {
  readonly kernelId: string;
  readonly model: Session.IModel;
}

/**
 * In the place of a server, for private copies: what JupyterLab asks of sessions and kernels is answered by the page's own
 * runtime, and nothing of it leaves the page.
 */
export class PrivateKernels {
  readonly #kernels = new Map<string, { readonly kernel: IHostedKernel; readonly name: string }>();
  readonly #sessions = new Map<string, PrivateSession>();

  constructor(private readonly runtime: IBrowserRuntime) {}

  find(id: string): IHostedKernel | null {
    return this.#kernels.get(id)?.kernel ?? null;
  }

  kernelClient(serverSettings: ServerConnection.ISettings): Kernel.IKernelAPIClient {
    return {
      serverSettings,
      listRunning: () => Promise.resolve([...this.#kernels.keys()].map((id) => this.#model(id))),
      getModel: (id) => Promise.resolve(this.#kernels.has(id) ? this.#model(id) : undefined),
      startNew: (options) => Promise.resolve(this.#model(this.#start(options?.name))),
      restart: (id) => {
        this.find(id)?.restart();
        return Promise.resolve();
      },
      interrupt: (id) => {
        // Where that cannot be, the page offers a restart for all its kernels.
        this.find(id)?.interrupt();
        return Promise.resolve();
      },
      shutdown: (id) => {
        this.#end(id);
        return Promise.resolve();
      },
    };
  }

  sessionClient(serverSettings: ServerConnection.ISettings): Session.ISessionAPIClient {
    return {
      serverSettings,
      listRunning: () => Promise.resolve([...this.#sessions.values()].map(({ model }) => model)),
      getModel: (id) => this.#session(id).then(({ model }) => model),
      startNew: ({ path, name, type, kernel }) => {
        const kernelId = this.#start(kernel?.name);
        const id = UUID.uuid4();
        const model: Session.IModel = { id, path, name, type, kernel: this.#model(kernelId) };
        this.#sessions.set(id, { kernelId, model });
        return Promise.resolve(model);
      },
      shutdown: async (id) => {
        this.#end((await this.#session(id)).kernelId);
      },
      update: async ({ id = '', kernel, ...changes }) => {
        const session = await this.#session(id);
        let { kernelId } = session;
        if (kernel !== undefined && kernel !== null && kernel.id !== kernelId) {
          this.#sessions.delete(id);
          this.#end(kernelId);
          kernelId = kernel.id ?? this.#start(kernel.name);
        }
        const model = { ...session.model, ...changes, kernel: this.#model(kernelId) };
        this.#sessions.set(id, { kernelId, model });
        return model;
      },
    };
  }

  #start(name = PRIVATE_KERNELSPECS.default): string {
    const kernel = this.runtime.startPrivate(KINDS[name] ?? 'python');
    this.#kernels.set(kernel.id, { kernel, name });
    return kernel.id;
  }

  #end(id: string): void {
    this.find(id)?.close();
    this.#kernels.delete(id);
    for (const [key, { kernelId }] of this.#sessions) if (kernelId === id) this.#sessions.delete(key);
  }

  #model(id: string): Kernel.IModel {
    return { id, name: this.#kernels.get(id)?.name ?? PRIVATE_KERNELSPECS.default };
  }

  #session(id: string): Promise<PrivateSession> {
    const session = this.#sessions.get(id);
    return session === undefined
      ? Promise.reject(new Error('This session has ended.'))
      : Promise.resolve(session);
  }
}

function kernelspec(name: string, display_name: string, language: string): KernelSpec.ISpecModel {
  return { name, display_name, language, argv: [], resources: {}, metadata: {} };
}
