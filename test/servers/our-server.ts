import { join } from 'node:path';
import { startChildServer } from './child-server.ts';
import type { JupyterServerProcess, ServerOptions } from './jupyter-server-process.ts';
import { PREFIX } from './stock-server.ts';

export const MAIN = join(import.meta.dirname, '..', '..', 'dist', 'server', 'main.js');

/** The built server of this project, as `in-the-loop` starts it. */
export function startOurServer(options: ServerOptions = {}): Promise<JupyterServerProcess> {
  return startChildServer(
    {
      name: 'In the Loop',
      file: process.execPath,
      args: ({ token, base, folders }) => [
        MAIN,
        '--no-browser',
        ...['--root', folders.root],
        ...['--port', '0'],
        ...['--token', token],
        ...['--base-url', base],
        ...['--state', folders.state],
        ...['--prefix', PREFIX],
      ],
      ready: /is ready at http:\/\/[^:]+:(\d+)\//,
    },
    options,
  );
}
