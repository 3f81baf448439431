import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';
import { Executions } from './execution.mjs';
import { decodeFrame, encodeFrame } from './websocket-frames.mjs';

const PROTOCOL = 'v1.kernel.websocket.jupyter.org';
const json = (value) => Buffer.from(JSON.stringify(value));

/** A Jupyter server under test, by its URL and token. */
export class JupyterClient {
  #server;

  constructor(server) {
    this.#server = server;
    const { name, baseUrl, token, stateDirectory } = server;
    Object.assign(this, { name, baseUrl, token, stateDirectory });
  }

  get pids() {
    return this.#server.pids;
  }

  async request(method, path, body) {
    const response = await fetch(this.baseUrl + path, {
      method,
      headers: { authorization: `token ${this.token}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    if (response.status === 204) return null;
    return response.headers.get('content-type')?.includes('json') ? response.json() : response.arrayBuffer();
  }

  async startKernel(name = 'python3') {
    const { id } = await this.request('POST', '/api/kernels', { name });
    const kernel = new KernelClient(this, id);
    await kernel.connect();
    await kernel.execute(name === 'echo' ? '0 0' : '1');
    return kernel;
  }
}

/** One kernel websocket, as one browser tab holds it. */
export class KernelClient {
  #session = randomUUID();
  #executions = new Executions(this.#session);
  #socket;
  onMessage = () => {};

  constructor(server, id) {
    Object.assign(this, { server, id });
  }

  async connect() {
    const { baseUrl, token } = this.server;
    const url = `${baseUrl.replace(/^http/, 'ws')}/api/kernels/${this.id}/channels?session_id=${this.#session}&token=${token}`;
    this.#socket = new WebSocket(url, [PROTOCOL], { maxPayload: 2 ** 30, perMessageDeflate: false });
    this.#socket.on('message', (data) => {
      const message = decodeFrame(data);
      this.onMessage(message);
      this.#executions.heard(message);
    });
    await new Promise((resolve, reject) => {
      this.#socket.once('open', resolve);
      this.#socket.once('error', reject);
    });
  }

  execute(code, timeout) {
    return this.#executions.start(
      code,
      (header, content) =>
        this.#socket.send(encodeFrame('shell', [json(header), json({}), json({}), json(content)])),
      timeout,
    );
  }

  disconnect() {
    this.#socket.close();
  }

  async stop() {
    this.disconnect();
    await this.server.request('DELETE', `/api/kernels/${this.id}`);
  }
}
