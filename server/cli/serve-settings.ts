import { accessSync, constants, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { loadOrCreateSecret } from '../auth/secret-file.ts';
import { findJupyterPaths } from '../find-jupyter-paths.ts';
import type { JupyterPaths } from '../jupyter-paths.ts';
import type { ServerSettings } from '../settings.ts';
import { aiSettings } from './ai-settings.ts';
import { CommandError } from './command-error.ts';
import { socketFolder } from './control-socket-path.ts';
import type { Environment } from './environment-options.ts';
import { findPrefix } from './find-prefix.ts';
import { readJupyterPassword } from './jupyter-password.ts';
import type { Options } from './options.ts';
import { placesSettings } from './places-settings.ts';
import { pyodideSettings } from './pyodide-settings.ts';
import { openStateDirectory, stateDirectoryOf } from './state-directory.ts';

export const DEFAULT_PORT = 8888;
const DEFAULT_VERSIONS_MEGABYTES = 2048;
const DEFAULT_LOG_MEGABYTES = 8192;
const DEFAULT_LOG_DAYS = 30;
const DAY = 24 * 60 * 60 * 1000;
const DEFAULT_LARGE_DATA_KILOBYTES = 256;
const DEFAULT_LIVE_TEXT_MEGABYTES = 2;
const DEFAULT_DOCUMENT_IDLE_SECONDS = 60;
const MEBIBYTE = 1024 * 1024;

/** How much earlier versions of files may take. */
export const versionsBytesOf = (options: Options): number =>
  (options['versions-size'] ?? DEFAULT_VERSIONS_MEGABYTES) * MEBIBYTE;

/** The folder to serve, absolute. @throws CommandError where it is none */
export function rootDirectoryOf(options: Options): string {
  const root = resolve(options.root ?? '.');
  try {
    if (statSync(root).isDirectory()) {
      accessSync(root, constants.R_OK | constants.X_OK);
      return root;
    }
  } catch (error) {
    throw new CommandError(
      `The folder to serve, ${root}, cannot be read: ${(error as Error).message}. Make it or correct its permissions, or name another one.`,
      1,
      { cause: error },
    );
  }
  throw new CommandError(`What is to be served, ${root}, is not a folder. Name the folder that holds it.`);
}

/** Everything that the server is told, from checked options; makes the state directory. @throws CommandError */
export async function serveSettings(
  options: Options,
  environment: Environment,
): Promise<{ readonly settings: ServerSettings; readonly paths: JupyterPaths }> {
  const rootDirectory = rootDirectoryOf(options);
  const paths = findJupyterPaths(findPrefix(options.prefix, environment), environment);
  const stateDirectory = stateDirectoryOf(options.state, rootDirectory, environment);
  openStateDirectory(stateDirectory, rootDirectory);
  // Made or read here as well as where it is used, so that a damaged one is explained before anything starts.
  await ownSecret(stateDirectory, 'cookie-secret', 32);
  const hashedPassword = options['hashed-password'] ?? readJupyterPassword(paths.config);
  const settings: ServerSettings = {
    rootDirectory,
    ip: options.ip ?? '127.0.0.1',
    port: options.port ?? DEFAULT_PORT,
    baseUrl: options['base-url'] ?? '/',
    // Without a token and, as in Jupyter, without a password: one made at random.
    token: options.token ?? (hashedPassword === '' ? await ownSecret(stateDirectory, 'token', 24) : ''),
    viewToken: options['view-token'] ?? '',
    hashedPassword,
    stateDirectory,
    // Its own folder may be too deep for a socket: then kernels cannot be started, which says so.
    socketFolder: socketFolder(environment) ?? stateDirectory,
    versionsBytes: versionsBytesOf(options),
    liveTextBytes: (options['live-text-size'] ?? DEFAULT_LIVE_TEXT_MEGABYTES) * MEBIBYTE,
    logBytes: (options['log-size'] ?? DEFAULT_LOG_MEGABYTES) * MEBIBYTE,
    logAge: (options['log-age'] ?? DEFAULT_LOG_DAYS) * DAY,
    limits: options.limits,
    // 0 is any number.
    maxKernels: options['max-kernels'] || undefined,
    warmKernels: options['warm-kernels'] ?? new Map(),
    cullIdle: options['cull-idle'] ?? null,
    cullConnected: options['cull-connected'] === true,
    largeDataBytes: (options['large-data-size'] ?? DEFAULT_LARGE_DATA_KILOBYTES) * 1024,
    durability: options.durability ?? 'process',
    collaboration: options.collaboration ?? 'on',
    documentIdle: options['document-idle'] ?? DEFAULT_DOCUMENT_IDLE_SECONDS,
    ai: aiSettings(options.ai ?? {}, environment),
    places: await placesSettings(options.places),
    pyodide: pyodideSettings(options),
    openBrowser: options['no-browser'] !== true,
    logLevel: options['log-level'] ?? 'info',
  };
  return { settings, paths };
}

/** A secret that the state directory keeps, so that open tabs are still signed in after a restart. */
async function ownSecret(stateDirectory: string, name: string, bytes: number): Promise<string> {
  try {
    return await loadOrCreateSecret(join(stateDirectory, name), bytes);
  } catch (error) {
    throw new CommandError(
      `The state folder ${stateDirectory} cannot be used: ${(error as Error).message}.`,
      1,
      { cause: error },
    );
  }
}
