// The thread of a kernel's process in which Python runs. It reaches nothing but the process, by messages.
import { parentPort, workerData } from 'node:worker_threads';
import { runPyodideKernel } from '../../hosted/pyodide/pyodide-kernel.ts';
import { sizeOf } from '../message-size.ts';
import { leaveBareGlobals } from './bare-globals.ts';
import { FolderClient } from './folder-client.ts';
import { folderFileSystem } from './folder-file-system.ts';
import { onlyTheseModules } from './only-these-modules.ts';
import { pyodideEngine } from './pyodide-engine.ts';
import type { FromThread, ThreadStart, ToThread } from './thread-protocol.ts';
import { WaitingBytes } from './waiting-bytes.ts';
import { WebFetch } from './web-fetch.ts';
import { WebRequest } from './web-request.ts';

if (parentPort === null) throw new TypeError('This is a thread of a kernel, not a program.');
const port = parentPort;
const { start, waitingBytes, workingDirectory, folderBuffer } = workerData as ThreadStart;
const { python } = start;
if (python === null) throw new TypeError('A Python kernel needs to know where its Python is.');
const { distributionUrl } = python;

const say = (said: FromThread, transfer: ArrayBuffer[] = []): void => port.postMessage(said, transfer);
const log = (...words: unknown[]): void => say({ type: 'log', text: words.map(String).join(' ') });
const on = process.on.bind(process) as (event: string, listener: (error: unknown) => void) => void;
const waiting = new WaitingBytes(waitingBytes);
const folder = folderBuffer && new FolderClient(folderBuffer, (request) => say({ type: 'folder', request }));
const web = new WebFetch((id, request) => say({ type: 'fetch', id, request }));

const noMoreModules = onlyTheseModules(
  ['pyodide.mjs', 'pyodide.asm.mjs'].map((name) => `${distributionUrl}${name}`),
);
leaveBareGlobals({
  fetch: web.fetch,
  Request: WebRequest,
  location: new URL(distributionUrl),
  console: { log, info: log, warn: log, error: log, debug: log, assert: () => undefined },
});
/** As in browsers, an error of a script that nobody catches ends nothing. Until Python is ready it ends the thread, which is told. */
function outliveErrors(): void {
  for (const event of ['uncaughtException', 'unhandledRejection']) on(event, (error: unknown) => log(error));
}

const early: ToThread[] = [];
let hear: (said: ToThread) => void = (said) => void early.push(said);
port.on('message', (said: ToThread) => {
  if (said.type === 'fetched') return web.answered(said.id, said.response);
  if (said.type === 'message') say({ type: 'taken', bytes: sizeOf(said.message) });
  hear(said);
});

const receive = await runPyodideKernel(
  {
    post(said, transfer) {
      if (said.type === 'message') waiting.add(sizeOf(said.message));
      if (said.type === 'ready') {
        noMoreModules();
        outliveErrors();
      }
      say(said, transfer as ArrayBuffer[]);
    },
  },
  start,
  pyodideEngine(({ _module: { FS } }) => {
    FS.mkdirTree(workingDirectory);
    if (folder !== null) FS.mount(folderFileSystem(FS, folder), {}, workingDirectory);
    FS.chdir(workingDirectory);
  }),
);
if (receive !== null) {
  hear = (said) => {
    if (said.type !== 'fetched') receive(said);
  };
  for (const said of early.splice(0)) hear(said);
}
