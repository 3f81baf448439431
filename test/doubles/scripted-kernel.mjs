// node scripted-kernel.mjs CONNECTION_FILE BEHAVIOUR: a kernel that misbehaves in one chosen way, for what real
// kernels do too rarely to wait for. It answers kernel_info and echoes the code of execute_request as a stream.
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Publisher, Router } from 'zeromq';

const [file, behaviour] = process.argv.slice(2);
const info = JSON.parse(readFileSync(file, 'utf8'));
if (behaviour === 'crashes') {
  console.error('scripted: cannot start');
  process.exit(3);
}
if (behaviour === 'refuses-ipc' && info.transport === 'ipc') {
  console.error('scripted: no ipc here');
  process.exit(4);
}
if (behaviour === 'ignores-ipc' && info.transport === 'ipc') await sleep(600_000);
if (behaviour === 'starts-slowly') await sleep(700);
if (behaviour === 'floods-output') process.stdout.write('y\n'.repeat(5_000_000));
if (behaviour === 'ignores-shutdown')
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);

const session = randomUUID();
const endpoint = (name) =>
  `${info.transport}://${info.ip}${info.transport === 'ipc' ? '-' : ':'}${info[`${name}_port`]}`;
const shell = new Router({ linger: 1000 });
const control = new Router({ linger: 1000 });
const iopub = new Publisher({ linger: 1000, sendHighWaterMark: 0 });
if (behaviour === 'publishes-late') setTimeout(() => iopub.bind(endpoint('iopub')), 500);
else await iopub.bind(endpoint('iopub'));
await Promise.all([shell.bind(endpoint('shell')), control.bind(endpoint('control'))]);

async function send(socket, identities, type, parent, content, key = info.key) {
  const header = { msg_id: randomUUID(), msg_type: type, session, username: 'kernel', version: '5.3' };
  const parts = [header, parent, {}, content].map((part) => JSON.stringify(part));
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  await socket.send([...identities, '<IDS|MSG>', hmac.digest('hex'), ...parts]);
}
const publish = (type, parent, content, key) => send(iopub, [type], type, parent, content, key);

const answers = {
  kernel_info_request: () => ({ implementation: 'scripted', protocol_version: '5.3' }),
  interrupt_request: () => ({ status: 'ok' }),
  async execute_request(header, { code }) {
    if (behaviour === 'forges')
      await publish('stream', header, { name: 'stdout', text: 'forged' }, 'another key');
    if (behaviour === 'null-parent') await publish('stream', null, { name: 'stdout', text: 'orphan' });
    await publish('stream', header, { name: 'stdout', text: code });
    if (behaviour === 'dies-talking') {
      for (let word = 1; word < 1000; word++) await publish('stream', header, { name: 'stdout', text: code });
      // Closing sends what is queued, for as long as it lingers; the process ends when that is done.
      for (const socket of [iopub, shell, control]) socket.close();
      return new Promise(() => undefined);
    }
    return { status: 'ok', execution_count: 1 };
  },
};

async function serve(socket) {
  for await (const frames of socket) {
    const cut = frames.findIndex((frame) => frame.toString() === '<IDS|MSG>');
    const [header, , , content] = frames.slice(cut + 2).map((frame) => JSON.parse(frame.toString()));
    if (header.msg_type === 'shutdown_request') {
      if (behaviour !== 'ignores-shutdown') process.exit(0);
      continue;
    }
    await publish('status', header, { execution_state: 'busy' });
    const answer = await answers[header.msg_type](header, content);
    await send(socket, frames.slice(0, cut), header.msg_type.replace('request', 'reply'), header, answer);
    await publish('status', header, { execution_state: 'idle' });
  }
}
await Promise.all([serve(shell), serve(control)]);
