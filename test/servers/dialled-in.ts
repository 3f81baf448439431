import { expect, vi } from 'vitest';
import { sendOk } from './http.ts';
import type { JupyterServerProcess } from './jupyter-server-process.ts';
import { loggedEvents } from './log-command.ts';
import { startOurServer } from './our-server.ts';
import { AgentMachine } from './runtime-agent.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts';

export const AGENTS = '/api/in-the-loop/v1/runtime-agents';
/** For what takes as long as it takes. */
export const PATIENTLY = { timeout: 30_000, interval: 50 };

/** A server, machines that dial in, and the network between them. */
export class DialledIn {
  server: JupyterServerProcess;
  readonly network: TcpProxy;
  readonly #machines: AgentMachine[] = [];

  static async start(): Promise<DialledIn> {
    const server = await startOurServer();
    return new DialledIn(server, await startTcpProxy(Number(new URL(server.origin).port)));
  }

  private constructor(server: JupyterServerProcess, network: TcpProxy) {
    this.server = server;
    this.network = network;
  }

  async restartServer(): Promise<void> {
    await this.server.end('SIGKILL');
    this.server = await startOurServer({ folders: this.server.folders });
    this.network.leadTo(Number(new URL(this.server.origin).port));
  }

  async makeKey(title = 'My workstation'): Promise<{ readonly id: string; readonly key: string }> {
    const made = await sendOk(this.server, { method: 'POST', path: AGENTS, body: { title } });
    const { key, agent } = made.json<{ key: string; agent: { id: string } }>();
    return { id: agent.id, key };
  }

  machineWith(key: string): AgentMachine {
    const machine = new AgentMachine(`http://127.0.0.1:${this.network.port}/`, key);
    this.#machines.push(machine);
    return machine;
  }

  /** A machine that is connected, with a kernel on it. */
  async connected(): Promise<{
    readonly machine: AgentMachine;
    readonly kernelId: string;
    readonly id: string;
  }> {
    const { id, key } = await this.makeKey();
    const machine = this.machineWith(key).start('--label', 'gpu=none');
    await machine.untilPrinted('Connected to');
    const name = `${id}.python3`;
    await vi.waitUntil(async () => {
      const listed = await sendOk(this.server, { path: '/api/kernelspecs' });
      return name in listed.json<{ kernelspecs: object }>().kernelspecs;
    }, PATIENTLY);
    const started = await sendOk(this.server, { method: 'POST', path: '/api/kernels', body: { name } });
    return { machine, id, kernelId: started.json<{ id: string }>().id };
  }

  /** Once the server has noticed. */
  async untilGone(): Promise<void> {
    await vi.waitUntil(async () => {
      const answer = await sendOk(this.server, { path: AGENTS });
      return answer
        .json<{ agents: { isConnected: boolean }[] }>()
        .agents.every(({ isConnected }) => !isConnected);
    }, PATIENTLY);
  }

  /** What the log has of what a kernel printed. */
  async printedIn(kernelId: string): Promise<string> {
    const events = await loggedEvents(this.server, `kernel/${kernelId}`);
    return events
      .filter(({ message }) => message?.header.msg_type === 'stream')
      .map(({ message }) => message?.content)
      .filter((content) => content?.['name'] === 'stdout')
      .map((content) => String(content?.['text']))
      .join('');
  }

  /** All that `counting` printed is there, once and in order. */
  async untilCounted(kernelId: string, count: number): Promise<void> {
    const all = Array.from({ length: count }, (_, each) => `${each}\n`).join('');
    await vi.waitFor(async () => expect(await this.printedIn(kernelId)).toBe(`${all}end\n`), PATIENTLY);
  }

  async close(): Promise<void> {
    for (const machine of this.#machines) await machine.remove();
    await this.network.close();
    await this.server.close();
  }
}

export const counting = (count: number, seconds: number): string =>
  `import time\nfor i in range(${count}):\n    print(i, flush=True)\n    time.sleep(${seconds})\nprint("end")`;
