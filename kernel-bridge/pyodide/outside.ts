import { createHash } from 'node:crypto';
import { access, readFile, realpath } from 'node:fs/promises';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FetchedResponse, FetchRequest } from './thread/thread-protocol.ts';

/** For the list of packages at a server, in milliseconds: Python starts without it. */
const LOCK_PATIENCE = 5000;
/** More than any package; what is larger is not held in memory for Python. */
const LARGEST_BODY = 1024 ** 3;

export interface OutsidePlan {
  /** Absolute files and folders that Python may read by their URLs: what it is made of, and a mirror of packages. */
  readonly readable: readonly string[];
  /** The mirror, if packages come from a folder. */
  readonly packagesFolder: string | null;
  /** The addresses of `pyodide-lock.json`: where packages come from, and of the distribution. */
  readonly lock: { readonly ofPackages: string; readonly ofDistribution: string };
  readonly network: boolean;
}

const REMEDY =
  'Whoever runs the server can allow it the network (--pyodide-network), or keep packages in a folder of the server (--pyodide-packages FOLDER).';

/** Gets for Python what it may have of the outside. Here, where nothing that Python runs can meddle. */
export class Outside {
  readonly #plan: OutsidePlan;

  constructor(plan: OutsidePlan) {
    this.#plan = plan;
  }

  /** Never rejects: failures are told in words. */
  async fetch(request: FetchRequest): Promise<FetchedResponse> {
    try {
      return checked(await this.#get(request), request.integrity);
    } catch (error) {
      return { failure: `${request.url} cannot be had: ${wordsOf(error)}` };
    }
  }

  async #get(request: FetchRequest): Promise<FetchedResponse> {
    const { lock } = this.#plan;
    const url = new URL(await this.#lockInstead(request.url));
    if (url.protocol === 'file:') return this.#readFile(url);
    if (request.url !== lock.ofPackages) return this.#fetchFromNetwork(url, request);
    try {
      const response = await this.#fetchFromNetwork(url, request, AbortSignal.timeout(LOCK_PATIENCE));
      if ('failure' in response || response.status < 400) return response;
    } catch {
      // Whoever wants a package from there is told why it does not come.
    }
    return this.#readFile(new URL(lock.ofDistribution));
  }

  /** Without the list of the packages' own place, the distribution's tells what there may be: Python starts all the same. */
  async #lockInstead(url: string): Promise<string> {
    const { lock, network } = this.#plan;
    if (url !== lock.ofPackages) return url;
    if (!url.startsWith('file:')) return network ? url : lock.ofDistribution;
    const isThere = await access(fileURLToPath(url)).then(
      () => true,
      () => false,
    );
    return isThere ? url : lock.ofDistribution;
  }

  async #readFile(url: URL): Promise<FetchedResponse> {
    const path = fileURLToPath(url);
    const { readable, packagesFolder } = this.#plan;
    const real = await realpath(path).catch(() => null);
    if (!readable.some((allowed) => isIn(path, allowed)))
      return { failure: `A kernel of Pyodide has no access to ${url.href}.` };
    if (real === null)
      return {
        failure:
          packagesFolder !== null && isIn(path, packagesFolder)
            ? `${path} is missing in the folder of packages, ${packagesFolder}. Put that file there, which pyodide-lock.json names${(await this.#hasLock()) ? '' : ' (the folder has none: the one of the distribution is used)'}, or let packages come from elsewhere (--pyodide-packages).`
            : `${path} is missing: is the distribution of Pyodide complete?`,
      };
    const allowed = await Promise.all(readable.map((one) => realpath(one).catch(() => one)));
    if (!allowed.some((one) => isIn(real, one)))
      return { failure: `A kernel of Pyodide has no access to ${url.href}.` };
    const body = await readFile(real);
    return { url: url.href, status: 200, statusText: 'OK', headers: [], body };
  }

  async #hasLock(): Promise<boolean> {
    const { ofPackages } = this.#plan.lock;
    return (await this.#lockInstead(ofPackages)) === ofPackages;
  }

  async #fetchFromNetwork(
    url: URL,
    request: FetchRequest,
    signal: AbortSignal | null = null,
  ): Promise<FetchedResponse> {
    if (!/^https?:$/.test(url.protocol))
      return { failure: `${url.protocol} is no protocol that is known here.` };
    if (!this.#plan.network)
      return {
        failure: `This Python has no network, so that ${url.href} cannot be had. ${REMEDY}`,
      };
    const { method, headers, body } = request;
    const response = await fetch(url, {
      signal,
      method,
      headers: headers.map(([name, value]) => [name, value]),
      body: body as string | Uint8Array<ArrayBuffer> | null,
    });
    return {
      url: response.url,
      status: response.status,
      statusText: response.statusText,
      headers: [...response.headers],
      body: await wholeBody(response),
    };
  }
}

async function wholeBody(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    const bytes = part as Uint8Array;
    size += bytes.byteLength;
    if (size > LARGEST_BODY) throw new RangeError('it is larger than a gigabyte');
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** A browser checks it too. */
function checked(response: FetchedResponse, integrity: string): FetchedResponse {
  const wanted = /^(sha(?:256|384|512))-(.+)$/.exec(integrity);
  if (wanted === null || 'failure' in response || response.status >= 300) return response;
  const [, algorithm = '', hash = ''] = wanted;
  if (createHash(algorithm).update(response.body).digest('base64') === hash) return response;
  return {
    failure: `${response.url} is damaged, or another file: its hash is not the one that pyodide-lock.json has. Get it anew.`,
  };
}

function isIn(path: string, allowed: string): boolean {
  return path === allowed || path.startsWith(allowed.endsWith(sep) ? allowed : allowed + sep);
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
