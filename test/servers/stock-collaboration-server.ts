import { join } from 'node:path';
import type { JupyterServerProcess, ServerOptions } from './jupyter-server-process.ts';
import { startOurServer } from './our-server.ts';
import { STOCK_COLLABORATION, WITH_STOCK_CLIENT } from './stock-client.ts';
import { startStockServer } from './stock-server.ts';

/** jupyter_server with jupyter-collaboration 5: both its client extensions and its server. */
export function startStockCollaboration(options: ServerOptions = {}): Promise<JupyterServerProcess> {
  const environment = {
    ...WITH_STOCK_CLIENT,
    PYTHONPATH: STOCK_COLLABORATION,
    JUPYTER_CONFIG_PATH: join(STOCK_COLLABORATION, 'etc', 'jupyter'),
  };
  // Its SQLite store is locked, and rooms hang, when several documents are changed at once.
  const store = '--YDocExtension.ystore_class=jupyter_server_ydoc.stores.TempFileYStore';
  const args = [store, ...(options.args ?? [])];
  return startStockServer({ ...options, args, environment: { ...environment, ...options.environment } });
}

/** Ours in its place, with its client extensions. */
export function startOurStockCollaboration(options: ServerOptions = {}): Promise<JupyterServerProcess> {
  const args = ['--collaboration', 'stock', ...(options.args ?? [])];
  return startOurServer({ ...options, args, environment: { ...WITH_STOCK_CLIENT, ...options.environment } });
}
