import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChildServer } from './child-server.ts';
import type { JupyterServerProcess, ServerOptions } from './jupyter-server-process.ts';
import { PREFIX } from './stock-server.ts';

/** A jupyter_server without pages: what a gateway is in the first place. */
export function startJupyterServer(options: ServerOptions = {}): Promise<JupyterServerProcess> {
  return startChildServer(
    {
      name: 'jupyter_server',
      file: join(PREFIX, 'bin', 'jupyter'),
      args: ({ port, token, base, folders }) => [
        'server',
        '--no-browser',
        '--allow-root',
        '--ServerApp.ip=127.0.0.1',
        `--ServerApp.port=${port}`,
        '--ServerApp.port_retries=0',
        '--ServerApp.jpserver_extensions={}',
        `--ServerApp.root_dir=${folders.root}`,
        `--ServerApp.base_url=${base}`,
        `--IdentityProvider.token=${token}`,
      ],
      ready: /is running at:[^]*?http:\/\/[^:]+:(\d+)\//,
    },
    options,
  );
}

/** A kernelspec that runs ipykernel, for servers that do not run in the environment that has it. */
export function installPythonKernel(dataFolder: string, name: string): void {
  const folder = join(dataFolder, 'kernels', name);
  mkdirSync(folder, { recursive: true });
  const spec = {
    argv: [join(PREFIX, 'bin', 'python'), '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
    display_name: `Python of ${name}`,
    language: 'python',
    metadata: { debugger: true },
  };
  writeFileSync(join(folder, 'kernel.json'), JSON.stringify(spec));
}
