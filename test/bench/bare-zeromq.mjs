import { spawn } from 'node:child_process';
import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Dealer, Subscriber } from 'zeromq';
import { Executions } from './execution.mjs';

const DELIMITER = Buffer.from('<IDS|MSG>');

/** The floor: Node and a kernel with nothing between them. It offers what JupyterClient does. */
export class BareZeroMq {
  name = 'bare ZeroMQ';

  constructor(kernelspecDirectories) {
    this.kernelspecDirectories = kernelspecDirectories;
  }

  async startKernel(name = 'python3') {
    const kernel = new BareKernel(this.kernelspecDirectories[name]);
    await kernel.connect();
    await kernel.execute(name === 'echo' ? '0 0' : '1');
    return kernel;
  }
}

class BareKernel {
  #directory = mkdtempSync(join(tmpdir(), 'bare-'));
  #key = randomBytes(16).toString('hex');
  #session = randomUUID();
  #executions = new Executions(this.#session);
  #answered = false;

  constructor(kernelspecDirectory) {
    const { argv } = JSON.parse(readFileSync(join(kernelspecDirectory, 'kernel.json'), 'utf8'));
    const connectionFile = join(this.#directory, 'connection.json');
    const names = ['shell', 'iopub', 'stdin', 'control', 'hb'];
    const ports = Object.fromEntries(names.map((name, index) => [`${name}_port`, index + 1]));
    writeFileSync(
      connectionFile,
      JSON.stringify({
        transport: 'ipc',
        ip: join(this.#directory, 'k'),
        key: this.#key,
        signature_scheme: 'hmac-sha256',
        ...ports,
      }),
    );
    const command = argv.map((argument) => argument.replace('{connection_file}', connectionFile));
    this.process = spawn(command[0], command.slice(1), { stdio: 'ignore' });
    const options = { linger: 0, receiveHighWaterMark: 0, reconnectInterval: 10 };
    this.shell = new Dealer({ ...options, sendHighWaterMark: 0, routingId: this.#session });
    this.iopub = new Subscriber(options);
    this.iopub.subscribe();
    this.shell.connect(`ipc://${this.#directory}/k-1`);
    this.iopub.connect(`ipc://${this.#directory}/k-2`);
    void this.#listen(this.shell, 'shell');
    void this.#listen(this.iopub, 'iopub');
  }

  async #listen(socket, channel) {
    for await (const frames of socket) {
      const start = frames.findIndex((frame) => frame.equals(DELIMITER));
      const parts = frames.slice(start + 2);
      if (this.#sign(parts.slice(0, 4)) !== frames[start + 1].toString()) throw new Error('bad signature');
      if (channel === 'iopub') this.#answered = true;
      const [header, parentHeader] = parts.slice(0, 2).map((part) => JSON.parse(part.toString()));
      this.#executions.heard({ channel, header, parentHeader, content: parts[3] });
    }
  }

  #sign(parts) {
    const hmac = createHmac('sha256', this.#key);
    for (const part of parts) hmac.update(part);
    return hmac.digest('hex');
  }

  #send(header, content) {
    const parts = [header, {}, {}, content].map((part) => Buffer.from(JSON.stringify(part)));
    void this.shell.send([DELIMITER, this.#sign(parts), ...parts]);
  }

  /** A subscription that joins late misses what was said before it (contract §3.6): ask until it hears. */
  async connect() {
    while (!this.#answered) {
      this.#send(
        {
          msg_id: randomUUID(),
          msg_type: 'kernel_info_request',
          session: this.#session,
          username: '',
          version: '5.3',
        },
        {},
      );
      await sleep(100);
    }
    await sleep(300);
  }

  execute(code, timeout) {
    return this.#executions.start(code, (header, content) => this.#send(header, content), timeout);
  }

  async stop() {
    this.process.kill('SIGKILL');
    this.shell.close();
    this.iopub.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
