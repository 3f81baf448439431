import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CommandError } from './command-error.ts';

/**
 * A file that a person names, as a path in the served folder: as the shell means it, or, where that leads out of the
 * folder, as the folder's own.
 * @throws CommandError where it is not in the folder at all
 */
export function pathInRoot(rootDirectory: string, file: string): string {
  const root = realpathSync(rootDirectory);
  const candidates = isAbsolute(file) ? [file] : [resolve(file), resolve(root, file)];
  for (const candidate of candidates) {
    const path = relative(root, realPlace(candidate));
    if (path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path)) return path;
  }
  throw new CommandError(
    `${file} is not in the folder ${rootDirectory}. Name the folder that was served by --root FOLDER.`,
  );
}

/** With the links of the folders on the way followed; the file itself may be gone. */
function realPlace(path: string): string {
  const directory = dirname(path);
  if (directory === path) return path;
  return join(existsSync(directory) ? realpathSync(directory) : realPlace(directory), basename(path));
}
