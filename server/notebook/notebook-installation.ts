import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findSitePackages } from '../site-packages.ts';

/** Jupyter Notebook as it is installed in the Python environment. */
export interface NotebookInstallation {
  readonly templates: string;
  readonly static: string;
  /** The package's own custom.css, which is there to be replaced. */
  readonly customCss: string;
  readonly version: string;
}

/** Finds the `notebook` package, again whenever it is not where it was: it may be upgraded while the server runs. */
export class NotebookPackage {
  private found: { readonly installation: NotebookInstallation; readonly modified: number } | undefined;

  /** @param prefix of the Python environment. */
  constructor(private readonly prefix: string) {}

  /** null where it is not installed. */
  async installation(): Promise<NotebookInstallation | null> {
    if (this.found !== undefined) {
      const modified = await modifiedAt(join(this.found.installation.templates, 'tree.html'));
      if (modified === this.found.modified) return this.found.installation;
    }
    this.found = undefined;
    for (const directory of await findSitePackages(this.prefix)) {
      const templates = join(directory, 'notebook', 'templates');
      const modified = await modifiedAt(join(templates, 'tree.html'));
      if (modified === null) continue;
      const installation = {
        templates,
        static: join(directory, 'notebook', 'static'),
        customCss: join(directory, 'notebook', 'custom', 'custom.css'),
        version: await readVersion(join(directory, 'notebook', '_version.py')),
      };
      this.found = { installation, modified };
      return installation;
    }
    return null;
  }

  /** The search path of `/static/notebook`. */
  async staticDirectories(): Promise<readonly string[]> {
    const installation = await this.installation();
    return installation === null ? [] : [installation.static];
  }
}

async function modifiedAt(path: string): Promise<number | null> {
  return (await stat(path).catch(() => null))?.mtimeMs ?? null;
}

async function readVersion(path: string): Promise<string> {
  const source = await readFile(path, 'utf8').catch(() => '');
  return /__version__\s*=\s*["']([^"']+)["']/.exec(source)?.[1] ?? '';
}
