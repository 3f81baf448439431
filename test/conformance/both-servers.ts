import { startOurServer } from '../servers/our-server.ts';
import { startStockServer } from '../servers/stock-server.ts';
import type { JupyterServerProcess, ServerOptions } from '../servers/jupyter-server-process.ts';

/**
 * `describe.each(bothServers)`: the same test on the real jupyter_server and on ours, so that what it expects is
 * observed and not guessed. CONFORMANCE=stock leaves ours out: it shows that a test holds where it must.
 */
export const onlyStock = process.env['CONFORMANCE'] === 'stock';

export interface ServerKind {
  readonly name: JupyterServerProcess['name'];
  readonly start: (options?: ServerOptions) => Promise<JupyterServerProcess>;
}

export const stock: ServerKind = { name: 'jupyter_server', start: startStockServer };
export const ours: ServerKind = { name: 'In the Loop', start: startOurServer };

export const bothServers: readonly ServerKind[] = onlyStock ? [stock] : [stock, ours];
