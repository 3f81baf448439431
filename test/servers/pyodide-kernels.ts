import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Kernel } from '../../kernel-bridge/kernel.ts';
import { LocalLauncher } from '../../kernel-bridge/local/local-launcher.ts';
import type { PyodideSettings } from '../../kernel-bridge/pyodide/pyodide-settings.ts';
import { KernelClient } from '../doubles/kernel-client.ts';
import { pyodideLaunch } from './pyodide-launch.ts';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };

/** Kernels of Pyodide as processes of this machine, in a folder of their own. */
export class PyodideKernels {
  readonly #launcher: LocalLauncher;

  static async open(): Promise<PyodideKernels> {
    return new PyodideKernels(await realpath(await mkdtemp(join(tmpdir(), 'pyodide-'))));
  }

  /** @param root absolute; theirs alone */
  private constructor(readonly root: string) {
    this.#launcher = new LocalLauncher({ log: quiet, folder: join(root, 'kernels') });
  }

  async start(
    settings: Partial<PyodideSettings> = {},
  ): Promise<{ readonly client: KernelClient; readonly kernel: Kernel }> {
    const client = new KernelClient();
    const kernel = await this.#launcher.launch(await pyodideLaunch(this.root, settings), client.listener);
    client.attach(kernel);
    return { client, kernel };
  }

  async close(): Promise<void> {
    await this.#launcher.close();
    await rm(this.root, { recursive: true });
  }
}

/** What it printed, or how it failed. */
export async function outcome(client: KernelClient, code: string): Promise<string> {
  const { reply, text } = await client.run(code);
  return reply['status'] === 'ok' ? text : `${String(reply['ename'])}: ${String(reply['evalue'])}`;
}
