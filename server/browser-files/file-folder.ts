import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A folder of files whose address has its version in it, so that browsers may keep what is there for ever. */
export interface FileFolder {
  /** `pyodide-0a1b…`: one segment of a URL. */
  readonly name: string;
  readonly directory: string;
  /** Whether a file of it, by its path there, may be read. */
  serves(path: string): boolean;
}

/** Null where there is no such folder. @param isServed which files of it may be read, by their paths there; all, where it is missing */
export function fileFolder(
  name: string,
  directory: string,
  isServed: (file: string) => boolean = () => true,
): FileFolder | null {
  try {
    const hash = createHash('sha256').update(directory);
    for (const file of readdirSync(directory).filter(isServed).sort()) {
      const { size, mtimeMs } = statSync(join(directory, file));
      hash.update(`\n${file} ${size} ${mtimeMs}`);
    }
    return { name: `${name}-${hash.digest('hex').slice(0, 16)}`, directory, serves: isServed };
  } catch {
    return null; // It is not built, or was never there: whoever needs it says so.
  }
}
