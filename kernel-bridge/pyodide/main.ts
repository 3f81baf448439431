// node main.js -f CONNECTION_FILE …: a kernel of Jupyter whose Python runs in WebAssembly, in a thread of this process.
import { sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { kernelIdOf, readConnection } from './connection-of.ts';
import { failureText, KernelProgram } from './kernel-program.ts';
import { KernelSockets } from './kernel-sockets.ts';
import { NotebookFolder } from './notebook-folder.ts';
import { Outside } from './outside.ts';
import { passedEnvironment } from './passed-environment.ts';
import { readProcessArguments } from './process-options.ts';
import { PythonThread } from './python-thread.ts';
import type { FromThread } from './thread/thread-protocol.ts';
import { WaitingBytes } from './thread/waiting-bytes.ts';

/** How long what was said last may take to be sent, in milliseconds: nobody may be there who reads it. */
const LAST_WORDS = 3_000;

const LOCK = 'pyodide-lock.json';
const PYPI = ['https://pypi.org/simple'];

const options = readProcessArguments(process.argv.slice(2));
const { distribution, archive, snapshot, packages, network, memory } = options;
const packagesFolder = packages.includes('://') ? null : packages;
const packagesUrl = packagesFolder === null ? packages : folderUrl(packagesFolder);
const outside = new Outside({
  readable: [distribution, archive, snapshot, packagesFolder].filter((path) => path !== null),
  packagesFolder,
  lock: { ofPackages: `${packagesUrl}${LOCK}`, ofDistribution: `${folderUrl(distribution)}${LOCK}` },
  network,
});
const folder = options.files ? new NotebookFolder(process.cwd()) : null;
const waitingBytes = new WaitingBytes();

let isEnding = false;
/** After what was said last. Whoever reads its end finds there why. */
function end(exitCode: number, why = ''): void {
  if (isEnding) return;
  isEnding = true;
  if (why !== '') process.stderr.write(why);
  const exit = (): void => {
    sockets.close();
    // ZeroMQ still sends what it has taken, for as long as its sockets linger.
    process.exit(exitCode);
  };
  setTimeout(exit, LAST_WORDS).unref();
  void program.sent().then(exit);
}

const python = new PythonThread(
  {
    start: {
      kernelId: kernelIdOf(options.connectionFile),
      sessionPath: process.env['JPY_SESSION_NAME'] ?? null,
      environment: passedEnvironment(process.env),
      python: {
        distributionUrl: folderUrl(distribution),
        archiveUrl: pathToFileURL(archive).href,
        snapshotUrl: snapshot === null ? null : pathToFileURL(snapshot).href,
        packagesUrl,
        indexUrls: network ? PYPI : [],
        memory,
      },
    },
    waitingBytes: waitingBytes.shared,
    workingDirectory: process.cwd(),
    folderBuffer: folder?.buffer ?? null,
    heap: memory,
  },
  {
    said: hear,
    broke: (why) => end(1, `Python (Pyodide) broke: ${why}.\n`),
  },
);
const sockets = new KernelSockets(readConnection(options.connectionFile), () => program.welcome());
const program = new KernelProgram(sockets, python, (bytes) => waitingBytes.remove(bytes));

function hear(said: FromThread): void {
  switch (said.type) {
    case 'ready':
      return program.serve(() => end(0));
    case 'message':
      return program.said(said.message);
    case 'fetch':
      void outside.fetch(said.request).then((response) => {
        python.say({ type: 'fetched', id: said.id, response });
      });
      return;
    case 'log':
      process.stderr.write(`${said.text}\n`);
      return;
    case 'failed':
      return end(1, failureText(said));
    case 'ended':
      return ended(said.failure);
    case 'folder':
      return folder?.answer(said.request);
    case 'progress':
    case 'taken':
      return;
  }
}

function ended(failure: string | null): void {
  // Python itself ended its process (`os._exit`).
  const [, exitCode] = /terminated with exit\((\d+)\)/.exec(failure ?? '') ?? [];
  if (failure === null || exitCode !== undefined) return end(Number(exitCode ?? 0));
  end(1, `${failure}\n`);
}

function folderUrl(folder: string): string {
  return pathToFileURL(folder + sep).href;
}

process.on('SIGINT', () => python.interrupt());
process.on('SIGTERM', () => end(0));
await sockets.bind();
