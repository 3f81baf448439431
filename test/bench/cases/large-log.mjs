import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LevelEventLog } from '../../../dist/event-log/level-event-log.js';
import { folder, OURS, startServer } from '../servers.mjs';

const EVENTS = 1_000_000;
const KERNELS = 50;
const GROUP = 500;

const message = (kernelId, index) => ({
  type: 'kernel-message',
  version: 2,
  data: {
    position: null,
    channel: 'iopub',
    messageId: `${kernelId}_${index}`,
    messageType: 'stream',
    parentSession: 'a-session',
    parentType: 'execute_request',
  },
  actor: `kernel:${kernelId}`,
  causedBy: 'a-request',
  frames: ['{"msg_type":"stream"}', '{}', '{}', `{"name":"stdout","text":"line ${index}\\n"}`].map((part) =>
    Buffer.from(part),
  ),
});

async function fill(directory) {
  const log = await LevelEventLog.open(directory);
  for (let kernel = 0; kernel < KERNELS; kernel++) {
    const id = `00000000-0000-4000-8000-${String(kernel).padStart(12, '0')}`;
    const perKernel = EVENTS / KERNELS;
    for (let index = 0; index < perKernel; index += GROUP)
      await log.append(
        `kernel/${id}`,
        Array.from({ length: GROUP }, (_, i) => message(id, index + i)),
      );
  }
  await log.close();
}

/** A start on a log of a million events, up to the first notebook that is served. */
export const largeLog = {
  oursAlone: true,
  async run() {
    const own = mkdtempSync(join(folder, 'large-log-'));
    mkdirSync(join(own, 'root'));
    const notebook = { cells: [], metadata: {}, nbformat: 4, nbformat_minor: 5 };
    writeFileSync(join(own, 'root', 'a.ipynb'), JSON.stringify(notebook));
    const fresh = await startServer(OURS, own); // makes the state folder
    await fresh.close();
    await fill(join(own, 'state', 'events'));
    const started = performance.now();
    const server = await startServer(OURS, own);
    const response = await fetch(`${server.baseUrl}/api/contents/a.ipynb?token=${server.token}`);
    await response.json();
    const milliseconds = performance.now() - started;
    await server.close();
    return { 'start on a million events to the first notebook, ms': milliseconds };
  },
};
