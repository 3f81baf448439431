import type { MovedAnswer, RuntimeLogAnswer, RuntimesAnswer } from '../../../server/wire/places-api.ts';
import type { ApiClient } from '../places/api-client.ts';

/** What a page asks of the server about kernels, wherever they run. Everything rejects with a sentence for people. */
export class RuntimesClient {
  constructor(private readonly api: ApiClient) {}

  runtimes(): Promise<RuntimesAnswer> {
    return this.api.json('GET', '/runtimes');
  }

  async log(kernelId: string): Promise<string> {
    return (await this.api.json<RuntimeLogAnswer>('GET', `/runtimes/${encodeURIComponent(kernelId)}/log`))
      .text;
  }

  /** Ends a kernel softly: all but the variables is kept. */
  end(kernelId: string): Promise<MovedAnswer> {
    return this.api.json('DELETE', `/runtimes/${encodeURIComponent(kernelId)}`);
  }

  /** Gives its notebook a kernel elsewhere, and then ends this one. Where the new one does not start, this one stays. */
  move(kernelId: string, kernelspec: string): Promise<MovedAnswer> {
    return this.api.json('POST', `/runtimes/${encodeURIComponent(kernelId)}/move`, { kernelspec });
  }
}
