import { describe } from 'vitest';
import { startOurServer } from '../servers/our-server.ts';
import {
  startOurStockCollaboration,
  startStockCollaboration,
} from '../servers/stock-collaboration-server.ts';
import { startStockServer } from '../servers/stock-server.ts';
import type { JupyterServerProcess, ServerOptions } from '../servers/jupyter-server-process.ts';

/** CONFORMANCE=stock leaves ours out: it shows that a test holds where it must. */
export const onlyStock = process.env['CONFORMANCE'] === 'stock';

export interface ServerKind {
  readonly name: JupyterServerProcess['name'];
  readonly start: (options?: ServerOptions) => Promise<JupyterServerProcess>;
}

export const stock: ServerKind = { name: 'jupyter_server', start: startStockServer };
export const ours: ServerKind = { name: 'In the Loop', start: startOurServer };

/** jupyter-collaboration 5, and ours with `--collaboration stock`. */
export const stockCollaboration: ServerKind = { name: 'jupyter_server', start: startStockCollaboration };
export const ourCollaboration: ServerKind = { name: 'In the Loop', start: startOurStockCollaboration };

/**
 * The same tests on the real jupyter_server and on ours, so that what they expect is observed and not guessed.
 * jupyter_server now and then loses what a kernel says around a restart, on a machine that is busy: it may try again,
 * ours may not.
 * @param title `$name` stands for the server's
 */
export function onBothServers(title: string, tests: (server: ServerKind) => void): void {
  for (const server of onlyStock ? [stock] : [stock, ours])
    describe(title.replace('$name', server.name), { retry: server === stock ? 2 : 0 }, () => tests(server));
}
