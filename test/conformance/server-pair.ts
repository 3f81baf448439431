import { afterAll, beforeAll } from 'vitest';
import type { JupyterServerProcess, ServerOptions } from '../servers/jupyter-server-process.ts';
import { onlyStock, ours, stock } from './both-servers.ts';
import type { ServerKind } from './both-servers.ts';

/** The two servers of a test file. With CONFORMANCE=stock both are stock: no comparison may find a difference then. */
export interface ServerPair {
  readonly stock: JupyterServerProcess;
  readonly ours: JupyterServerProcess;
}

export type PrepareServer = (server: JupyterServerProcess) => void | Promise<void>;

/** Starts both for the file that calls it, gives both the same files, and ends both after its tests. */
export function startServerPair(
  prepare: PrepareServer = () => undefined,
  options: ServerOptions = {},
  kinds: { readonly stock: ServerKind; readonly ours: ServerKind } = { stock, ours },
): ServerPair {
  const pair: { stock?: JupyterServerProcess; ours?: JupyterServerProcess } = {};
  beforeAll(async () => {
    const second = onlyStock ? kinds.stock : kinds.ours;
    // Where one cannot start, the other one is waited for: only then it can be ended.
    const started = await Promise.allSettled([
      kinds.stock.start(options).then((server) => (pair.stock = server)),
      second.start(options).then((server) => (pair.ours = server)),
    ]);
    for (const each of started) if (each.status === 'rejected') throw each.reason;
    for (const server of [pair.stock, pair.ours]) await prepare(server as JupyterServerProcess);
  });
  afterAll(async () => {
    await Promise.all([pair.stock?.close(), pair.ours?.close()]);
  });
  return pair as ServerPair;
}
