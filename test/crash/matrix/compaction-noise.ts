import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { send } from '../../servers/http.ts';
import { KernelSocket, startKernel } from '../../servers/kernel-socket.ts';
import type { CrashSite } from './crash-site.ts';

/** What LevelDB writes into its LOG when it begins to write a table, or to merge some. */
const COMPACTION = /Level-0 table #\d+: started|Compacting \d/;
/** More than LevelDB gathers in memory before it writes a table, and so much that tables are merged. */
const NOISE =
  'import base64, os\nfor i in range(700): print(base64.b64encode(os.urandom(49_152)).decode(), flush=True)';

/** A second kernel, whose flood makes the event log's store compact itself while the first one is looked at. */
export class CompactionNoise {
  readonly #site: CrashSite;
  #kernelId: string | null = null;
  #socket: KernelSocket | null = null;

  constructor(site: CrashSite) {
    this.#site = site;
  }

  async prepare(): Promise<void> {
    const { server } = this.#site;
    const path = `/api/kernels/${this.#kernelId}`;
    if (this.#kernelId === null || (await send(server, { path })).status !== 200)
      this.#kernelId = await startKernel(server);
  }

  /** Floods from now on. @returns a question: whether a compaction began since */
  async make(): Promise<() => boolean> {
    const log = join(this.#site.folders.state, 'events', 'LOG');
    const from = existsSync(log) ? statSync(log).size : 0;
    const socket = await KernelSocket.open(this.#site.server, this.#kernelId as string);
    // The server may end under it.
    socket.socket.on('error', () => undefined);
    socket.start(NOISE);
    // Nobody needs to hear it: it waits in the log.
    socket.socket.pause();
    this.#socket = socket;
    return () => COMPACTION.test(readFileSync(log, 'latin1').slice(from));
  }

  /** What is left of the flood is not needed any more. */
  async end(): Promise<void> {
    if (this.#kernelId === null) return;
    this.#socket?.socket.terminate();
    await send(this.#site.server, { method: 'DELETE', path: `/api/kernels/${this.#kernelId}` });
    this.#kernelId = null;
  }
}
