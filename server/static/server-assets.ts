import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { findSitePackages } from '../site-packages.ts';

/** Finds the files that pages share (favicons, the logo) in the installed `jupyter_server` package: `/static`. */
export class ServerAssets {
  private found: readonly string[] = [];

  /** @param prefix of the Python environment. */
  constructor(private readonly prefix: string) {}

  /** The search path; empty where the package is not installed. */
  async directories(): Promise<readonly string[]> {
    if (this.found.length > 0) return this.found;
    const candidates = (await findSitePackages(this.prefix)).map((folder) =>
      join(folder, 'jupyter_server', 'static'),
    );
    const exist = await Promise.all(
      candidates.map((candidate) => stat(candidate).then(Boolean, () => false)),
    );
    this.found = candidates.filter((_candidate, index) => exist[index]);
    return this.found;
  }
}
