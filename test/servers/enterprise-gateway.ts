import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { startChildServer } from './child-server.ts';
import { installPythonKernel } from './gateway-server.ts';
import type { JupyterServerProcess, ServerOptions } from './jupyter-server-process.ts';
import { makeServerFolders } from './server-folders.ts';

const PROGRAM = join(
  import.meta.dirname,
  '..',
  '..',
  '.enterprise-gateway',
  'bin',
  'jupyter-enterprisegateway',
);

/** Why it cannot be started here; null where it can. */
export const whyNoEnterpriseGateway = (): string | null =>
  existsSync(PROGRAM)
    ? null
    : 'Enterprise Gateway is not installed: npm run test:places does it where there is Python 3.11';

/** Jupyter Enterprise Gateway, which runs kernels beside itself; its kernelspec is `python3`. */
export function startEnterpriseGateway(options: ServerOptions = {}): Promise<JupyterServerProcess> {
  const folders = options.folders ?? makeServerFolders();
  installPythonKernel(folders.data, 'python3');
  return startChildServer(
    {
      name: 'jupyter_server',
      file: PROGRAM,
      args: ({ port, token, base }) => [
        '--EnterpriseGatewayApp.ip=127.0.0.1',
        `--EnterpriseGatewayApp.port=${port}`,
        '--EnterpriseGatewayApp.port_retries=0',
        `--EnterpriseGatewayApp.base_url=${base}`,
        `--EnterpriseGatewayApp.auth_token=${token}`,
      ],
      ready: /is available at http:\/\/[^:]+:(\d+)/,
    },
    { ...options, folders },
  );
}
