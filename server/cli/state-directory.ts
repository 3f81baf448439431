import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { CommandError } from './command-error.ts';
import type { Environment } from './environment-options.ts';

/** Says that a folder is a state directory, so that no other folder's permissions are ever changed. */
const MARK = 'in-the-loop.json';
/** Raised when what is kept in a state directory changes so that older programs would misread it. */
const LAYOUT_VERSION = 1;
const markSchema = z.object({ version: z.int() });

/** The absolute state directory: the one given, else the root's own under the person's data folder. */
export function stateDirectoryOf(given: string | undefined, root: string, environment: Environment): string {
  if (given !== undefined) return resolve(given);
  const data = environment['XDG_DATA_HOME'] || join(environment['HOME'] || homedir(), '.local', 'share');
  const path = realpathSync(root);
  const slug = basename(path)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  const hash = createHash('sha256').update(path).digest('hex').slice(0, 12);
  return join(data, 'in-the-loop', `${slug}-${hash}`);
}

/**
 * Makes the state directory, readable by its owner alone, where it is missing.
 * @throws CommandError where it cannot be made, is a folder with something else in it, or belongs to a newer version
 */
export function openStateDirectory(directory: string, root: string): void {
  try {
    makeFolder(directory);
    const mark = join(directory, MARK);
    if (!existsSync(mark) && readdirSync(directory).length > 0) {
      throw new CommandError(
        `The folder ${directory} holds files that are not In the Loop's, so it cannot hold its state. Name an empty or a ` +
          'new folder by --state.',
      );
    }
    refuseNewer(directory);
    if ((statSync(directory).mode & 0o077) !== 0) chmodSync(directory, 0o700);
    writeFileSync(mark, `${JSON.stringify({ version: LAYOUT_VERSION, root })}\n`, { mode: 0o600 });
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(
      `The state folder ${directory} cannot be used: ${(error as Error).message}. Make room or correct its owner and ` +
        'permissions, or name another folder by --state.',
      1,
      { cause: error },
    );
  }
}

/** Folder by folder: Node's own recursive form never returns where a file system such as /proc denies that there is room. */
function makeFolder(directory: string): void {
  if (!existsSync(dirname(directory))) makeFolder(dirname(directory));
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (!existsSync(directory) || !statSync(directory).isDirectory()) throw error;
  }
}

/**
 * What an older program does not know it could damage. A mark that is no JSON (a power cut) is written anew.
 * @throws CommandError
 */
export function refuseNewer(directory: string): void {
  const mark = join(directory, MARK);
  if (!existsSync(mark)) return;
  const { data } = markSchema.safeParse(parseOrNull(readFileSync(mark, 'utf8')));
  if (data === undefined || data.version <= LAYOUT_VERSION) return;
  throw new CommandError(
    `The state folder ${directory} was written by a newer version of In the Loop, and this one would misread it. Use ` +
      'the newer version, or give this one a folder of its own: --state FOLDER.',
  );
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // The schema refuses it.
  }
}
