import { join } from 'node:path';

/** Where set-up has put jupyter-collaboration's client extensions and its server. */
export const STOCK_COLLABORATION = join(import.meta.dirname, '..', '..', '.jupyter-collaboration');

/** Environment of a server that finds jupyter-collaboration's client extensions. */
export const WITH_STOCK_CLIENT = { JUPYTER_PATH: join(STOCK_COLLABORATION, 'share', 'jupyter') };
