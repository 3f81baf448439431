import { chmodSync, rmSync, writeSync, closeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { LocalLauncher } from '../local/local-launcher.ts';
import { lastClaimed, makeClaim, renewClaim } from './claim.ts';
import { ClientSession } from './client-session.ts';
import { joinSocket } from './link/byte-pipe.ts';
import { LINK_PROTOCOL } from '../hosted/codec/protocol-version.ts';
import { LAUNCHERS } from './launchers.ts';
import { LogFile } from './log-file.ts';
import { PlaceLaunchers } from './place-launchers.ts';
import { ALLOCATOR } from './start-supervisor.ts';
import { Supervisor } from './supervisor.ts';
import { supervisorFiles } from './supervisor-files.ts';

/**
 * The process that holds the kernels: `main.js STATE_DIRECTORY SOCKET_FOLDER PROGRAM_VERSION [IDLE_SECONDS]`. Whoever
 * starts it reads one line from its file descriptor 3: `listening`, or why it does not.
 */
const [stateDirectory = '', socketFolder = '', programVersion = '', idleSeconds = '30'] =
  process.argv.slice(2);
const READY_FILE = 3;

// What is written to disk here is for this person alone.
process.umask(0o077);
// They were for this process alone, and kernels may inherit what it has.
for (const name of Object.keys(ALLOCATOR)) delete process.env[name];
// A terminal that closes, and Ctrl-C in it, are not for kernels.
for (const signal of ['SIGHUP', 'SIGINT'] as const) process.on(signal, () => undefined);

const files = supervisorFiles(stateDirectory, socketFolder);
const log = new LogFile(files.log);
const lastSeen = lastClaimed(files.claim);
const about = { socket: files.socket, program: programVersion, protocol: LINK_PROTOCOL };
const other = makeClaim(files.claim, about);
if (other !== null) {
  tellStarter(`process ${other.pid} is the supervisor already`);
  process.exit(1);
}

const launching = { log, folder: join(files.folder, 'kernels') };
let idleTimer: NodeJS.Timeout | undefined;
const supervisor = new Supervisor({
  launcher: new PlaceLaunchers(launching, new LocalLauncher(launching), LAUNCHERS),
  folder: files.folder,
  programVersion,
  log,
  onNeeded: (isNeeded) => {
    clearTimeout(idleTimer);
    if (!isNeeded) idleTimer = setTimeout(() => leave('nobody needs it'), Number(idleSeconds) * 1000);
  },
  // The answer to whoever asked for it goes out first.
  onEnded: () => void setImmediate(() => leave('its kernels were ended')),
});
const server = createServer((socket) =>
  joinSocket(socket, (pipe) => {
    const session = new ClientSession(pipe, supervisor, log);
    supervisor.join(session);
    return session;
  }),
);
server.on('error', (error) => fail(error));
process.on('SIGTERM', () => leave('it was asked to; its kernels live on'));
// Whoever takes over after a crash says from this when nobody listened.
setInterval(() => renewClaim(files.claim), 10_000).unref();

supervisor.open(lastSeen).then(listen, fail);

function listen(): void {
  rmSync(files.socket, { force: true });
  server.listen(files.socket, () => {
    chmodSync(files.socket, 0o600);
    log.info(
      { pid: process.pid, program: programVersion, protocol: LINK_PROTOCOL },
      'the supervisor listens',
    );
    tellStarter('listening');
    for (const flag of ['--opt', '--maglev']) setFlagsFromString(flag);
  });
}

/** Nobody could reach its kernels through it. They live on for one that can be reached. */
function fail(error: Error): void {
  log.warn({ reason: error.message }, 'the supervisor cannot listen');
  tellStarter(error.message);
  process.exit(1);
}

/** Ends the process, once what was written to its clients has gone out. Kernels that were not ended live on. */
function leave(reason: string): void {
  log.info({ reason }, 'the supervisor ends');
  clearTimeout(idleTimer);
  // Closing also removes the socket, where a next one may listen from then on.
  const closed = new Promise((resolve) => server.close(resolve));
  void Promise.all([supervisor.close(), closed]).then(
    () => process.exit(0),
    (error: Error) => {
      log.warn({ reason: error.message }, 'the supervisor did not end in order');
      process.exit(1);
    },
  );
}

/** Whoever started it may be gone. */
function tellStarter(line: string): void {
  try {
    writeSync(READY_FILE, `${line}\n`);
    closeSync(READY_FILE);
  } catch {
    // Started by hand, without such a file.
  }
}
