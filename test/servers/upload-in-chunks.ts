import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { sendOk } from './http.ts';
import type { JupyterServerProcess } from './jupyter-server-process.ts';

/** Uploads a file of `chunks` equal parts as JupyterLab does, one request a part; the SHA-256 of what was sent. */
export async function uploadInChunks(
  server: JupyterServerProcess,
  path: string,
  part: Buffer,
  chunks: number,
): Promise<string> {
  const hash = createHash('sha256');
  const content = part.toString('base64');
  for (let number = 1; number <= chunks; number++) {
    const chunk = number === chunks ? -1 : number;
    const body = JSON.stringify({ type: 'file', format: 'base64', name: path, path, chunk, content });
    await sendOk(server, { method: 'PUT', path: `/api/contents/${path}`, body });
    hash.update(part);
  }
  return hash.digest('hex');
}

export function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  return new Promise((resolve, reject) => {
    createReadStream(path)
      .on('data', (chunk) => hash.update(chunk))
      .once('error', reject)
      .once('end', () => resolve(hash.digest('hex')));
  });
}
