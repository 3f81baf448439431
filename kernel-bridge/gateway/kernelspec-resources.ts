import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { KernelLog } from '../local/kernel-log.ts';
import type { GatewayClient, GatewayKernelspec } from './gateway-client.ts';

/**
 * Logos alone. `kernel.js` and `kernel.css` would run in our pages with our people's rights, by the word of another server.
 */
const KEPT = /^logo-(?:32x32|64x64|svg)\.(?:png|svg)$/;
/** A logo that is larger is none. */
const LARGEST = 1024 * 1024;

/** The logos of kernelspecs of a gateway, kept here: launchers and pickers show them while it cannot be reached, too. */
export class KernelspecResources {
  readonly #folder: string;
  readonly #log: KernelLog;

  /** @param folder of the place */
  constructor(folder: string, log: KernelLog) {
    this.#folder = join(folder, 'kernelspecs');
    this.#log = log;
  }

  /** Fetches what is not there yet. @returns the folder of that kernelspec; without logos it is empty */
  async keep(client: GatewayClient, { name, resources }: GatewayKernelspec): Promise<string> {
    // Names there may be no file names here.
    const folder = join(this.#folder, createHash('sha256').update(name).digest('hex').slice(0, 32));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const there = new Set(await readdir(folder));
    for (const path of Object.values(resources)) {
      const file = fileOf(path);
      if (!KEPT.test(file) || there.has(file)) continue;
      try {
        const bytes = await client.resource(path);
        if (bytes.length > LARGEST) continue;
        await writeFile(join(folder, `${file}.new`), bytes, { mode: 0o600 });
        await rename(join(folder, `${file}.new`), join(folder, file));
      } catch (error) {
        // A kernel starts as well without its picture.
        this.#log.debug({ path, reason: (error as Error).message }, 'a logo of a kernelspec cannot be had');
      }
    }
    return folder;
  }
}

function fileOf(path: string): string {
  const url = URL.parse(path, 'http://host/');
  return url === null ? '' : basename(url.pathname);
}
