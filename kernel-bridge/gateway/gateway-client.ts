import type { ServerConnection } from '@jupyterlab/services';
import { PlaceError } from '../places/place-error.ts';
import type { Asked } from './explain-failure.ts';
import { GatewayHttp } from './gateway-http.ts';
import { type GatewaySettings, LAUNCH_TIMEOUT } from './gateway-settings.ts';
import type { HttpAnswer } from './http-exchange.ts';

/** A kernel as the server there shows it. */
export interface GatewayKernelModel {
  readonly id: string;
  readonly name: string;
  /** Jupyter's, or `dead`. */
  readonly execution_state?: string | undefined;
  /** Why it is dead, where the server says so. */
  readonly reason?: string | undefined;
}

/** As `@jupyterlab/services` reads it, which leaves out what is of no use from afar (`interrupt_mode`). */
export interface GatewayKernelspec {
  readonly name: string;
  readonly display_name: string;
  readonly language: string;
  readonly argv: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
  /** URL paths by file name without its ending, or with: `logo-64x64`, `kernel.js`. */
  readonly resources: Readonly<Record<string, string>>;
}

/** In milliseconds. */
const PATIENCE = 30_000;
/** For what takes no time where the server is there. */
const SHORT_PATIENCE = 10_000;
const NOTHING = Buffer.alloc(0);

/**
 * REST of one server, asked by `@jupyterlab/services`: it knows paths, methods and models. Requests go out by our own
 * HTTP: it would print remote tracebacks and follow redirects to login pages, and knows no other certificate authority.
 */
export class GatewayClient {
  readonly #settings: GatewaySettings;
  readonly #http: GatewayHttp;

  constructor(settings: GatewaySettings) {
    this.#settings = settings;
    this.#http = new GatewayHttp(settings);
  }

  get http(): GatewayHttp {
    return this.#http;
  }

  /** The version of jupyter_server or Enterprise Gateway there. Asked without a token by most servers. @throws PlaceError */
  async version(): Promise<string> {
    const answer = await this.#get('api', SHORT_PATIENCE);
    const unfit = (): PlaceError => this.#unfit(`it answers, and is no Jupyter server`);
    try {
      const { version } = JSON.parse(answer.body.toString()) as { version?: unknown };
      if (typeof version === 'string') return version;
    } catch {
      throw unfit();
    }
    throw unfit();
  }

  /** @throws PlaceError, as all here */
  async kernelspecs(): Promise<readonly GatewayKernelspec[]> {
    const { getSpecs } = await import('@jupyterlab/services/lib/kernelspec/restapi.js');
    const { kernelspecs } = await this.#ask(getSpecs, 'other', PATIENCE);
    return Object.values(kernelspecs).filter((spec) => spec !== undefined);
  }

  /** A logo, or another file of a kernelspec. @param path as the kernelspec names it: from the root of the host */
  async resource(path: string): Promise<Buffer> {
    const base = new URL(this.#settings.url);
    const url = new URL(path, base);
    // What a token is for, no other host gets.
    if (url.origin !== base.origin) throw this.#unfit(`a kernelspec names a file of another host`);
    return (await this.#getUrl(url, PATIENCE)).body;
  }

  async start(name: string, env: Readonly<Record<string, string>>): Promise<GatewayKernelModel> {
    const { startNew } = await import('@jupyterlab/services/lib/kernel/restapi.js');
    const options = { name, ...(Object.keys(env).length > 0 && { env }) };
    return this.#ask((settings) => startNew(options, settings), 'kernel', this.#launchPatience);
  }

  /** Null where the server has none of that id. */
  async find(id: string): Promise<GatewayKernelModel | null> {
    const { getKernelModel } = await import('@jupyterlab/services/lib/kernel/restapi.js');
    return this.#unlessGone(async () => {
      const model = await this.#ask((settings) => getKernelModel(id, settings), 'other', SHORT_PATIENCE);
      return model ?? null;
    });
  }

  /** @returns false where there is no such kernel */
  async interrupt(id: string): Promise<boolean> {
    const { interruptKernel } = await import('@jupyterlab/services/lib/kernel/restapi.js');
    return this.#unlessGone(async () => {
      await this.#ask((settings) => interruptKernel(id, settings), 'other', PATIENCE);
      return true;
    }, false);
  }

  /** Resolves once the new process answers, as far as the server waits for that. @returns false: there is no such kernel */
  async restart(id: string): Promise<boolean> {
    const { restartKernel } = await import('@jupyterlab/services/lib/kernel/restapi.js');
    return this.#unlessGone(async () => {
      await this.#ask((settings) => restartKernel(id, settings), 'kernel', this.#launchPatience);
      return true;
    }, false);
  }

  /** One that is gone is no error. */
  async shutdown(id: string): Promise<void> {
    const { shutdownKernel } = await import('@jupyterlab/services/lib/kernel/restapi.js');
    await this.#unlessGone(async () => {
      await this.#ask((settings) => shutdownKernel(id, settings), 'other', PATIENCE);
      return null;
    });
  }

  get #launchPatience(): number {
    return (this.#settings.launchTimeout ?? LAUNCH_TIMEOUT) * 1000;
  }

  #get(path: string, patience: number): Promise<HttpAnswer> {
    return this.#getUrl(new URL(path, this.#settings.url), patience);
  }

  #getUrl(url: URL, patience: number): Promise<HttpAnswer> {
    return this.#http.ask({ url, method: 'GET', body: NOTHING, asked: 'other', patience });
  }

  /** Has `@jupyterlab/services` ask. What we know of a failure comes first; else what came is not what it takes. */
  async #ask<T>(
    use: (settings: ServerConnection.ISettings) => Promise<T>,
    asked: Asked,
    patience: number,
  ): Promise<T> {
    const connection = await import('@jupyterlab/services/lib/serverconnection.js');
    let failure: Error | null = null;
    const settings = connection.ServerConnection.makeSettings({
      baseUrl: this.#settings.url,
      token: '',
      init: {},
      fetch: async (input) => {
        const request = input as Request;
        const body = Buffer.from(await request.arrayBuffer());
        const url = new URL(request.url);
        try {
          const answer = await this.#http.ask({ url, method: request.method, body, asked, patience });
          // These have no body by the standard, and `Response` takes none.
          const said = [204, 205].includes(answer.status) ? null : answer.body.toString();
          return new Response(said, { status: answer.status });
        } catch (error) {
          failure = error as Error;
          throw error;
        }
      },
    });
    try {
      return await use(settings);
    } catch (error) {
      if (failure !== null) throw failure as Error;
      throw this.#unfit(`it answers otherwise than a Jupyter server: ${(error as Error).message}`);
    }
  }

  #unlessGone<T>(ask: () => Promise<T>): Promise<T | null>;
  #unlessGone<T>(ask: () => Promise<T>, gone: T): Promise<T>;
  async #unlessGone<T>(ask: () => Promise<T>, gone: T | null = null): Promise<T | null> {
    try {
      return await ask();
    } catch (error) {
      // Jupyter says which kernel it does not have; a proxy or a hub without that server says something else.
      const { status, words = '' } = error instanceof PlaceError ? error.details : {};
      if (status === '404' && /kernel/i.test(words)) return gone;
      throw error;
    }
  }

  #unfit(what: string): PlaceError {
    const { host } = new URL(this.#settings.url);
    return new PlaceError('PLACE_UNFIT', `${host}: ${what}.`, 'Look at the address.');
  }
}
