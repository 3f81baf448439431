import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { curveKeyPair } from 'zeromq';
import { TcpPorts } from '../../kernel-bridge/local/tcp-ports.ts';
import { type ConnectionInfo, ipcPathsOf, PORT_NAMES } from '../../kernel-bridge/protocol/connection-info.ts';
import { CuttablePorts } from './cuttable-ports.ts';

const python = resolve(import.meta.dirname, '../../.venv/bin/python');

export interface OthersKernel {
  readonly process: ChildProcess;
  readonly file: string;
  readonly info: ConnectionInfo;
}

/** Kernels that are started by hand, by programs that know nothing of us. */
export class OthersKernels {
  readonly #folder: string;
  readonly #ports = new TcpPorts();
  readonly #children: ChildProcess[] = [];
  readonly #ways: CuttablePorts[] = [];
  #count = 0;

  /** @param folder for connection files and sockets; a short one */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param how `curve` is tcp too; an empty key means no signatures */
  async start(
    how: {
      transport?: 'ipc' | 'tcp';
      curve?: boolean;
      key?: string;
      environment?: Readonly<Record<string, string>>;
    } = {},
  ): Promise<OthersKernel> {
    const { transport = 'ipc', curve = false, key = randomBytes(16).toString('hex'), environment } = how;
    const ports = transport === 'tcp' ? await this.#ports.take(PORT_NAMES.length) : [1, 2, 3, 4, 5];
    const { publicKey, secretKey } = curveKeyPair();
    const number = ++this.#count;
    const info = {
      ...Object.fromEntries(PORT_NAMES.map((name, index) => [name, ports[index]])),
      ip: transport === 'tcp' ? '127.0.0.1' : join(this.#folder, `s${number}`),
      key,
      transport,
      signature_scheme: 'hmac-sha256',
      kernel_name: '',
      ...(curve && { curve_publickey: publicKey, curve_secretkey: secretKey }),
    } as ConnectionInfo;
    const file = await this.write(`kernel-${1000 + number}.json`, info);
    return { process: this.run(file, environment), file, info };
  }

  /** A process with a connection file that is there: as whoever restarts a kernel starts it. */
  run(file: string, environment: Readonly<Record<string, string>> = {}): ChildProcess {
    const child = spawn(python, ['-m', 'ipykernel_launcher', '-f', file], {
      cwd: this.#folder,
      env: { ...process.env, PYDEVD_DISABLE_FILE_VALIDATION: '1', ...environment },
      stdio: 'ignore',
    });
    this.#children.push(child);
    return child;
  }

  async write(name: string, content: object): Promise<string> {
    const file = join(this.#folder, name);
    await writeFile(file, JSON.stringify(content), { mode: 0o600 });
    return file;
  }

  /** @returns the connection file of a way to a kernel on ipc that can be cut */
  async wayTo({ info }: OthersKernel): Promise<string> {
    const { way, ports } = await CuttablePorts.to(ipcPathsOf(info));
    this.#ways.push(way);
    const named = Object.fromEntries(PORT_NAMES.map((name, index) => [name, ports[index]]));
    return this.write(`kernel-way-${this.#ways.length}.json`, {
      ...info,
      ...named,
      transport: 'tcp',
      ip: '127.0.0.1',
    });
  }

  /** Resolves once it has made its sockets. */
  async listens({ info }: OthersKernel): Promise<void> {
    for (const path of ipcPathsOf(info)) while (!(await isThere(path))) await sleep(20);
  }

  cut(): void {
    for (const way of this.#ways) way.cut();
  }

  mend(): void {
    for (const way of this.#ways) way.mend();
  }

  async close(): Promise<void> {
    for (const way of this.#ways) way.close();
    await Promise.all(
      this.#children.splice(0).map(async (child) => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exit = once(child, 'exit');
        child.kill('SIGKILL');
        await exit;
      }),
    );
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
