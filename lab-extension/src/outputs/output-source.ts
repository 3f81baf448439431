import { URLExt } from '@jupyterlab/coreutils';
import type { IOutput } from '@jupyterlab/nbformat';
import { ServerConnection } from '@jupyterlab/services';

/** Code units. What was shown a moment ago is shown again at once when somebody scrolls back, also without a server. */
const MOST_REMEMBERED = 32 * 1024 * 1024;

/** Outputs that shared notebooks refer to, from the server. */
export class OutputSource {
  readonly #settings: ServerConnection.ISettings;
  /** JSON by hash, the longest unused first. */
  readonly #remembered = new Map<string, string>();
  #size = 0;

  constructor(settings: ServerConnection.ISettings) {
    this.#settings = settings;
  }

  /** @throws Error with the reason, for people */
  async get(sha256: string): Promise<IOutput> {
    const text = this.#remembered.get(sha256) ?? (await this.#fetch(sha256));
    this.#remember(sha256, text);
    return JSON.parse(text) as IOutput;
  }

  async #fetch(sha256: string): Promise<string> {
    const url = URLExt.join(this.#settings.baseUrl, 'api/in-the-loop/v1/outputs', sha256);
    // What has a hash is never another: the browser has it for the next page, and while there is no network.
    const response = await ServerConnection.makeRequest(url, { cache: 'force-cache' }, this.#settings);
    const text = await response.text();
    if (response.ok) return text;
    throw new Error(messageIn(text) ?? response.statusText);
  }

  #remember(sha256: string, text: string): void {
    if (!this.#remembered.delete(sha256)) this.#size += text.length;
    this.#remembered.set(sha256, text);
    for (const [oldest, { length }] of this.#remembered) {
      if (this.#size <= MOST_REMEMBERED || oldest === sha256) return;
      this.#remembered.delete(oldest);
      this.#size -= length;
    }
  }
}

function messageIn(text: string): string | null {
  try {
    const { message } = JSON.parse(text) as { readonly message?: unknown };
    return typeof message === 'string' ? message : null;
  } catch {
    return null; // a proxy's page
  }
}
