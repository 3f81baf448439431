import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventLog } from '../../event-log/event-log.ts';
import { startServer } from '../compose.ts';
import type { ListeningServer } from '../listening-server.ts';
import { listenOnControlSocket } from '../control-socket.ts';
import { JUPYTER_SERVER_VERSION } from '../jupyter-server-version.ts';
import { createLogger } from '../logger.ts';
import type { Logger, ServerLogger } from '../logger.ts';
import { giveBackWhileQuiet } from '../quiet-nursery.ts';
import { writeRuntimeFile } from '../runtime-file.ts';
import type { ServerSettings } from '../settings.ts';
import { runAtFullSpeed } from '../thrifty-start.ts';
import { CommandError } from './command-error.ts';
import { controlSocketPath } from './control-socket-path.ts';
import type { Environment } from './environment-options.ts';
import { listenFailure } from './listen-failure.ts';
import { openBrowser } from './open-browser.ts';
import { openEventLog } from './open-event-log.ts';
import type { Options } from './options.ts';
import { hideFromProcessList } from './process-list.ts';
import { readRunningServer, removeRunningServer, writeRunningServer } from './running-server.ts';
import { serveSettings } from './serve-settings.ts';
import { runningText } from './running-text.ts';
import { StopRequests } from './stop-requests.ts';
import type { StopReason } from './stop-requests.ts';

/** Kernels get 5 s to end by themselves, then are killed; whatever hangs longer must not keep the terminal. */
const STOP_LIMIT_MILLISECONDS = 12_000;
/** In which a second Ctrl-C ends the kernels too. */
const INSIST_MILLISECONDS = 3000;

/** Serves until asked to stop; the exit code. @throws CommandError for what the person can mend */
export async function serve(options: Options, environment: Environment): Promise<number> {
  const { settings, paths } = await serveSettings(options, environment);
  const secrets = [settings.token, settings.viewToken];
  hideFromProcessList(secrets);
  const modelKeys = settings.ai.providers.flatMap(({ key }) => key ?? []);
  const log = await openEventLog(settings.stateDirectory, settings.durability);
  if (log === null) return pointAtRunningServer(settings, environment);
  // From here on the log's lock makes us the only server of this state directory: what another left behind is stale.
  removeRunningServer(settings.stateDirectory);
  const serverLogger = await createLogger({
    level: settings.logLevel,
    secrets: [...secrets, ...modelKeys],
    isTerminal: process.stderr.isTTY,
  });
  const stops = new StopRequests(() => {
    process.stderr.write('Stopping at once.\n');
    process.exit(130);
  });
  stops.listenTo(process);
  if (log.repaired)
    serverLogger.logger.warn('the event log was damaged and has been repaired; events may be missing');
  logUncaught(serverLogger.logger, stops);
  // Kernels and terminals find the environment's own programs, as under the `jupyter` command.
  process.env['PATH'] = [join(paths.prefix, 'bin'), environment['PATH'] ?? ''].join(delimiter);
  warnOfOpenDoors(settings, serverLogger.logger);
  const shutdown = (): void => stops.request('shutdown request');
  const server = await startServer({ settings, paths, log, logger: serverLogger.logger, shutdown }).catch(
    async (error: unknown) => {
      await log.close();
      throw listenFailure(error, settings) ?? error;
    },
  );
  const withdraw = await announce(server, settings, paths.runtime, {
    log,
    logger: serverLogger.logger,
    environment,
    stop: () => stops.request('stop command'),
  });
  runAtFullSpeed();
  giveBackWhileQuiet();
  const reason = await stops.asked;
  const endsKernels = await meansTheEnd(reason, stops, server);
  serverLogger.logger.info({ reason, endsKernels }, 'stopping');
  const kept = endsKernels ? null : keptText(server, settings);
  const leave = (): Promise<void> => (endsKernels ? server.end() : server.close());
  const stopped = await stopInTime(serverLogger, [withdraw, leave, () => log.close()]);
  if (kept !== null) process.stderr.write(kept);
  return stopped && reason !== 'failure' ? 0 : 1;
}

/** Only what people mean as an end ends kernels and terminals (I4). */
async function meansTheEnd(
  reason: StopReason,
  stops: StopRequests,
  server: ListeningServer,
): Promise<boolean> {
  if (reason === 'shutdown request' || reason === 'stop command') return true;
  const running = runningText(server.count());
  // Without a terminal, nobody is there to press it again.
  if (reason !== 'SIGINT' || running === null || !process.stderr.isTTY) return false;
  const seconds = INSIST_MILLISECONDS / 1000;
  process.stderr.write(
    `\nStopping the server; what lives on: ${running}. Ctrl-C again within ${seconds} seconds ends that too.\n`,
  );
  const insisted = stops.insisted.then(() => true);
  return Promise.race([insisted, delay(INSIST_MILLISECONDS, false)]);
}

/** Null where nothing lives on. */
function keptText(server: ListeningServer, { rootDirectory }: ServerSettings): string | null {
  const running = runningText(server.count());
  if (running === null) return null;
  return (
    `Still running: ${running}. The next server on ${rootDirectory} goes on with that.\n` +
    '`in-the-loop doctor` shows what runs; `in-the-loop stop` ends it.\n'
  );
}

/** What `--no-browser` did not forbid, and the one line on stdout; resolves with how to take all of it back. */
async function announce(
  server: ListeningServer,
  settings: ServerSettings,
  runtimeDirectory: string,
  {
    log,
    logger,
    environment,
    stop,
  }: { log: EventLog; logger: Logger; environment: Environment; stop: () => void },
): Promise<() => Promise<void>> {
  const { stateDirectory, token, ip, baseUrl, rootDirectory } = settings;
  const { url, port } = server;
  const version = JUPYTER_SERVER_VERSION;
  const hasPassword = settings.hashedPassword !== '';
  const runtimeFile = await writeRuntimeFile(runtimeDirectory, {
    ...{ url, ip, port, baseUrl, token, hasPassword, rootDirectory, version },
  }).catch((error: unknown) => {
    logger.warn(
      { err: error },
      `\`jupyter server list\` will not show this server: ${runtimeDirectory} cannot be written`,
    );
    return null;
  });
  const path = controlSocketPath(stateDirectory, environment);
  const controlSocket =
    path &&
    (await listenOnControlSocket({
      path,
      log,
      versions: server.versions,
      logger,
      stop: () => {
        stop();
        return server.count();
      },
    }).catch((error: unknown) => {
      logger.warn({ err: error }, '`in-the-loop log` cannot ask this server: no socket could be made');
      return null;
    }));
  const address = `${url}lab${token === '' ? '' : `?token=${encodeURIComponent(token)}`}`;
  writeRunningServer(stateDirectory, {
    pid: process.pid,
    url: address,
    controlSocket: controlSocket ? path : null,
    openPage: runtimeFile?.openPage ?? null,
  });
  process.stdout.write(`In the Loop is ready at ${address}\n`);
  if (settings.openBrowser && runtimeFile) {
    openBrowser(runtimeFile.openPage, environment, (error) =>
      logger.debug({ err: error }, 'no browser was opened'),
    );
  }
  return async () => {
    removeRunningServer(stateDirectory);
    runtimeFile?.remove();
    if (controlSocket) await controlSocket.close();
  };
}

/** A second server on the same state: the first one serves the same notebooks, so the person is led there. */
function pointAtRunningServer(settings: ServerSettings, environment: Environment): number {
  const running = readRunningServer(settings.stateDirectory);
  if (running === null) {
    throw new CommandError(
      `Another In the Loop is starting or stopping on ${settings.rootDirectory}. Try again in a moment, or give this one a ` +
        'state folder of its own: --state FOLDER.',
    );
  }
  process.stdout.write(`In the Loop is already running at ${running.url}\n`);
  if (settings.openBrowser && running.openPage) openBrowser(running.openPage, environment, () => undefined);
  return 0;
}

function warnOfOpenDoors({ ip, token, hashedPassword }: ServerSettings, logger: Logger): void {
  if (token !== '' || hashedPassword !== '') return;
  const isLocal = /^(127\.|::1$|localhost$)/.test(ip);
  logger.warn(
    isLocal
      ? 'neither token nor password: every program and person on this machine can run code as you'
      : 'neither token nor password: everybody who reaches this machine can run code as you',
  );
}

function logUncaught(logger: Logger, stops: StopRequests): void {
  process.on('unhandledRejection', (error) =>
    logger.error({ err: error }, 'a promise failed and nobody was told'),
  );
  process.on('uncaughtException', (error) => {
    logger.fatal({ err: error }, 'an error that nobody handled: the server stops');
    stops.request('failure');
  });
}

/** Takes the steps in turn, each even if the one before failed; false where that took too long or failed. */
async function stopInTime(
  serverLogger: ServerLogger,
  steps: readonly (() => Promise<void>)[],
): Promise<boolean> {
  const { logger } = serverLogger;
  const limit = setTimeout(() => {
    logger.error(`stopping took over ${STOP_LIMIT_MILLISECONDS / 1000} s and was cut short`);
    serverLogger.flush();
    process.exit(1);
  }, STOP_LIMIT_MILLISECONDS);
  let succeeded = true;
  for (const step of steps) {
    await step().catch((error: unknown) => {
      succeeded = false;
      logger.error({ err: error }, 'a part of the server did not stop as it should');
    });
  }
  clearTimeout(limit);
  serverLogger.flush();
  return succeeded;
}
