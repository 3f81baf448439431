import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { startChildServer } from './child-server.ts';
import type { JupyterServerProcess, ServerOptions } from './jupyter-server-process.ts';

export const PREFIX = realpathSync(join(import.meta.dirname, '..', '..', '.venv'));

/** The jupyter_server and JupyterLab of the environment: what every expectation is observed on. */
export function startStockServer(options: ServerOptions = {}): Promise<JupyterServerProcess> {
  return startChildServer(
    {
      name: 'jupyter_server',
      file: join(PREFIX, 'bin', 'jupyter'),
      args: ({ port, token, base, folders }) => [
        'lab',
        '--no-browser',
        '--allow-root',
        '--ServerApp.ip=127.0.0.1',
        `--ServerApp.port=${port}`,
        '--ServerApp.port_retries=0',
        `--ServerApp.root_dir=${folders.root}`,
        `--ServerApp.base_url=${base}`,
        `--IdentityProvider.token=${token}`,
      ],
      ready: /is running at:[^]*?http:\/\/[^:]+:(\d+)\//,
    },
    options,
  );
}
