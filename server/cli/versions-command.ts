import { userInfo } from 'node:os';
import { BlobStoreError } from '../../event-log/blob-store.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import { composeContents } from '../compose-contents.ts';
import { findJupyterPaths } from '../find-jupyter-paths.ts';
import { HttpError } from '../http-error.ts';
import { VersionError } from '../versions/version-error.ts';
import { listedVersionSchema, restoredSchema, versionLines } from '../versions/version-lines.ts';
import type { VersionQuestion } from '../versions/version-lines.ts';
import { askOrOpen } from './ask-or-open.ts';
import { CommandError } from './command-error.ts';
import type { Environment } from './environment-options.ts';
import type { Options } from './options.ts';
import { pathInRoot } from './path-in-root.ts';
import { rootDirectoryOf, versionsBytesOf } from './serve-settings.ts';
import { stateDirectoryOf } from './state-directory.ts';
import { versionTable } from './version-table.ts';

/** `in-the-loop versions FILE`. @throws CommandError */
export async function printVersions(options: Options, environment: Environment, file: string): Promise<void> {
  const path = pathInRoot(rootDirectoryOf(options), file);
  const lines = await answer(options, environment, { ask: 'versions', path });
  process.stdout.write(versionTable(lines.map((line) => listedVersionSchema.parse(JSON.parse(line)))));
}

/** `in-the-loop restore FILE VERSION [--to OTHER]`; says what it did. @throws CommandError */
export async function restoreVersion(
  options: Options,
  environment: Environment,
  asked: { readonly file: string; readonly version: number; readonly to: string | null },
): Promise<void> {
  const root = rootDirectoryOf(options);
  const path = pathInRoot(root, asked.file);
  const to = asked.to === null ? path : pathInRoot(root, asked.to);
  const { version } = asked;
  const question = { ask: 'restore', path, version, to, actor: userName() } as const;
  const [line = ''] = await answer(options, environment, question);
  const { unchanged, before } = restoredSchema.parse(JSON.parse(line));
  const what = to === path ? `version ${version}` : `version ${version} of ${path}`;
  const kept =
    before === null ? 'It was not there before.' : `What it was before is kept as version ${before}.`;
  process.stdout.write(
    unchanged ? `${to} is already ${what}; nothing has changed.\n` : `${to} is now ${what}. ${kept}\n`,
  );
}

async function answer(
  options: Options,
  environment: Environment,
  question: VersionQuestion,
): Promise<string[]> {
  const rootDirectory = rootDirectoryOf(options);
  const stateDirectory = stateDirectoryOf(options.state, rootDirectory, environment);
  async function* answerFrom(log: EventLog): AsyncIterable<string> {
    // No notebook is read or signed here: its bytes are put back as they were, and so no Python is needed.
    const contents = await composeContents({
      rootDirectory,
      stateDirectory,
      userData: findJupyterPaths('/', environment).userData,
      prefix: '/',
      versionsBytes: versionsBytesOf(options),
      log,
      warn: (message) => process.stderr.write(`${message}\n`),
      onLogged: () => undefined,
    });
    try {
      yield* versionLines(contents.versions, question);
    } finally {
      await contents.close();
    }
  }
  try {
    const lines: string[] = [];
    for await (const line of askOrOpen(stateDirectory, question, answerFrom)) lines.push(line);
    return lines;
  } catch (error) {
    if (!(error instanceof VersionError || error instanceof HttpError || error instanceof BlobStoreError))
      throw error;
    throw new CommandError(`${error.message.replace(/\.$/, '')}.`, 1, { cause: error });
  }
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'owner'; // A container's user need not have a name.
  }
}
