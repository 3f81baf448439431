import { once } from 'node:events';
import { accessSync, constants, existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { broken, unusual, well } from './finding.ts';
import type { Finding } from './finding.ts';

/** The port that the server would take, unless our own server has it. */
export async function portFinding(ip: string, port: number, isOurs: boolean): Promise<Finding> {
  const server = createServer();
  try {
    server.listen(port, ip);
    await once(server, 'listening');
    server.close();
    return well(port === 0 ? `a port on ${ip} will be picked` : `port ${port} on ${ip} is free`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') {
      return broken(
        `port ${port} on ${ip} cannot be used: ${(error as Error).message}`,
        'Choose another --ip or --port.',
      );
    }
    return isOurs
      ? well(`port ${port} on ${ip} is in use, while our server runs`)
      : unusual(
          `port ${port} on ${ip} is taken by another program`,
          'Choose another: --port NUMBER, or --port 0.',
        );
  }
}

/** Where connection files go and other programs look for servers. */
export function runtimeFinding(runtimeDirectory: string): Finding {
  let existing = runtimeDirectory;
  while (!existsSync(existing)) existing = dirname(existing);
  try {
    accessSync(existing, constants.W_OK | constants.X_OK);
    return well(`runtime folder ${runtimeDirectory}`);
  } catch (error) {
    return broken(
      `the runtime folder ${runtimeDirectory} cannot be written: ${(error as Error).message}`,
      'Correct its owner and permissions, or set JUPYTER_RUNTIME_DIR to another one.',
    );
  }
}
