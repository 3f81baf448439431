import { join } from 'node:path';

/**
 * Environment of a server that finds jupyter-collaboration's client extensions, which set-up has put into a folder of their
 * own.
 */
export const WITH_STOCK_CLIENT = {
  JUPYTER_PATH: join(import.meta.dirname, '..', '..', '.jupyter-collaboration', 'share', 'jupyter'),
};
