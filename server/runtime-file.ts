import { rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

/** As much of a server as `jupyter server list` and programs that look for servers want to know (contract §7). */
export interface RuntimeServer {
  /** Ends with the base URL, without a token. */
  readonly url: string;
  readonly ip: string;
  readonly port: number;
  readonly baseUrl: string;
  readonly token: string;
  readonly hasPassword: boolean;
  readonly rootDirectory: string;
  /** The jupyter_server version whose interface we speak. */
  readonly version: string;
}

/**
 * Writes Jupyter's `jpserver-<pid>.json`, and beside it the page that opens the browser: an address with a token must
 * not show in the arguments of a process, which others on the machine can read.
 */
export async function writeRuntimeFile(
  runtimeDirectory: string,
  server: RuntimeServer,
): Promise<{ readonly openPage: string; remove(): void }> {
  await mkdir(runtimeDirectory, { recursive: true, mode: 0o700 });
  const stem = join(runtimeDirectory, `jpserver-${process.pid}`);
  const information = {
    base_url: server.baseUrl,
    hostname: server.ip,
    password: server.hasPassword,
    pid: process.pid,
    port: server.port,
    root_dir: server.rootDirectory,
    secure: false,
    sock: '',
    token: server.token,
    url: server.url,
    version: server.version,
  };
  const token = server.token === '' ? '' : `?token=${encodeURIComponent(server.token)}`;
  writePrivately(`${stem}.json`, `${JSON.stringify(information, null, 2)}\n`);
  writePrivately(`${stem}-open.html`, redirectPage(`${server.url}lab${token}`));
  return {
    openPage: `${stem}-open.html`,
    remove() {
      for (const file of [`${stem}.json`, `${stem}-open.html`]) rmSync(file, { force: true });
    },
  };
}

/** Another server's file of the same name is stale: its process id is ours now. */
function writePrivately(file: string, text: string): void {
  rmSync(file, { force: true });
  writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
}

function redirectPage(url: string): string {
  const address = url.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `<!DOCTYPE html>
<html><head><meta charset="utf-8"><title>Opening In the Loop</title>
<meta http-equiv="refresh" content="0;url=${address}"></head>
<body><p><a href="${address}">Open In the Loop</a></p></body></html>
`;
}
