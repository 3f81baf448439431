import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodePath } from '../url-path.ts';
import { HOST_FILES_PATH } from '../wire/browser-runtime.ts';
import { type BrowserRuntimeFiles, PACKAGES_PATH } from '../wire/browser-runtime-files.ts';
import { type FileFolder, fileFolder } from './file-folder.ts';

export interface BrowserFilesOptions {
  /** Folder of a Pyodide distribution, with our archive for its Python in it or beside it; null: the one that we depend on. */
  readonly distribution: string | null;
  /** Where its packages come from: a URL that ends with `/`, or an absolute folder. Null: the distribution's own place. */
  readonly packages: string | null;
  /** Bytes that Python may have. */
  readonly memory: number | null;
  /** Absolute; of what was built: `browser-runtime/` and `pyodide/`. */
  readonly built: string;
}

const ARCHIVE = /^python-\d+\.zip$/;
/** Made from the distribution that we depend on, so it fits no other. */
const SNAPSHOT = 'snapshot-314.bin.gz';

/** What pages run kernels with: which folders are served, and where a page finds what. */
export class BrowserFiles {
  /** For anybody, as all that is published. */
  readonly published: readonly FileFolder[];
  /** For whoever is signed in: a folder of packages may hold somebody's own. */
  readonly packages: FileFolder | null;
  /** Null where it was not built whole, so that no kernel runs in browsers. */
  readonly described: BrowserRuntimeFiles | null;

  constructor({ distribution, packages, memory, built }: BrowserFilesOptions) {
    const directory = distribution ?? ownDistribution();
    const own = distribution === null ? [] : [distribution, dirname(distribution)];
    const archive = [...own, join(built, 'pyodide')].flatMap(archiveIn)[0];
    const host = fileFolder('host', join(built, 'browser-runtime'));
    const pyodide = fileFolder('pyodide', directory);
    const python =
      archive &&
      fileFolder('python', archive.directory, (file) => file === archive.file || file === SNAPSHOT);
    const hasSnapshot = distribution === null && existsSync(join(built, 'pyodide', SNAPSHOT));
    const isUrl = packages?.includes('://') === true;
    this.packages = packages === null || isUrl ? null : fileFolder('packages', packages);
    this.published = [host, pyodide, python].flatMap((folder) => folder ?? []);
    this.described =
      host === null || pyodide === null || !python
        ? null
        : {
            hostUrl: urlOf(host),
            distributionUrl: urlOf(pyodide),
            archiveUrl: `${urlOf(python)}${archive.file}`,
            snapshotUrl: hasSnapshot ? `${urlOf(python)}${SNAPSHOT}` : null,
            packagesUrl: isUrl
              ? packages
              : this.packages !== null
                ? urlOf(this.packages, PACKAGES_PATH)
                : distribution === null
                  ? publishedPackages(directory)
                  : urlOf(pyodide),
            indexUrls: [],
            memory,
          };
  }
}

function urlOf({ name }: FileFolder, below = HOST_FILES_PATH): string {
  return `${below}${encodePath(name)}/`;
}

function archiveIn(directory: string): readonly { readonly directory: string; readonly file: string }[] {
  try {
    return readdirSync(directory)
      .filter((file) => ARCHIVE.test(file))
      .map((file) => ({ directory, file }));
  } catch {
    return []; // It was not built.
  }
}

/** The package that we depend on, which has no packages of its own beside it. */
function ownDistribution(): string {
  return dirname(fileURLToPath(import.meta.resolve('pyodide')));
}

function publishedPackages(directory: string): string {
  const { version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {
    version: string;
  };
  return `https://cdn.jsdelivr.net/pyodide/v${version}/full/`;
}
