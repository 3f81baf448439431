import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** The server refused what was asked of it, and says why. */
export class RequestRefused extends Error {
  /**
   * @param remedy what to do about it; may be empty
   * @param field the name of what is wrong in what was sent, if it is one thing
   */
  constructor(
    readonly status: number,
    message: string,
    readonly remedy: string,
    readonly field: string | null,
    /** The whole answer, for what else it may say. */
    readonly body: Readonly<Record<string, unknown>>,
  ) {
    super(message);
    this.name = 'RequestRefused';
  }
}

/** Our server's REST API below `api/in-the-loop/v1`. Everything rejects with a sentence for people. */
export class ApiClient {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  async json<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    return (await (await this.ask(method, path, body)).json()) as Answer;
  }

  async ask(method: string, path: string, body?: object): Promise<Response> {
    const url = URLExt.join(this.settings.baseUrl, 'api/in-the-loop/v1') + path;
    const init = { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await ServerConnection.makeRequest(url, init, this.settings).catch((error: unknown) => {
      throw new Error('The server cannot be reached. Try again once it can.', { cause: error });
    });
    if (response.ok) return response;
    const said = (await response.json().catch(() => ({}))) as Readonly<Record<string, unknown>>;
    const text = (name: string): string => (typeof said[name] === 'string' ? said[name].trim() : '');
    const message = text('message') || response.statusText || `The server answered ${response.status}.`;
    throw new RequestRefused(response.status, message, text('remedy'), text('field') || null, said);
  }
}
