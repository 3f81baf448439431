import { createHash } from 'node:crypto';
import { get } from 'node:http';
import { sendOk } from './http.ts';
import type { JupyterServerProcess } from './jupyter-server-process.ts';

/** The id of the only cell. */
export const CELL = 'cell-1';

/** What JupyterLab's notebooks say of a cell that they run. */
export const REQUEST_METADATA = { cellId: CELL, recordTiming: false, deletedCells: [] };

/**
 * Prints lines of random letters, which nothing packs to less than three quarters, and shows their hash; a line is 1,000
 * bytes long.
 */
export const printLines = (count: number): string => `
import base64, hashlib, random
source, digest = random.Random(1), hashlib.sha256()
for number in range(${count}):
    line = f"{number:09} {base64.b64encode(source.randbytes(742)).decode()[:989]}"
    digest.update(line.encode() + b"\\n")
    print(line)
display({"text/plain": digest.hexdigest()}, raw=True)
`;

/** A notebook with one cell and its session. @returns the kernel's id */
export async function openNotebook(server: JupyterServerProcess, path: string): Promise<string> {
  const cell = { cell_type: 'code', id: CELL, metadata: {}, source: '', outputs: [], execution_count: null };
  const content = { cells: [cell], metadata: {}, nbformat: 4, nbformat_minor: 5 };
  const body = { type: 'notebook', format: 'json', content };
  await sendOk(server, { method: 'PUT', path: `/api/contents/${path}`, body });
  const session = { path, name: path, type: 'notebook', kernel: { name: 'python3' } };
  const answer = await sendOk(server, { method: 'POST', path: '/api/sessions', body: session });
  return answer.json<{ kernel: { id: string } }>().kernel.id;
}

/** SHA-256 and length of all that a run printed, which is never held as a whole. */
export function hashPrinted(
  server: JupyterServerProcess,
  runId: string,
): Promise<{ readonly digest: string; readonly bytes: number }> {
  const url = `${server.origin}${server.base}api/in-the-loop/v1/runs/${runId}/text/stdout`;
  return new Promise((resolve, reject) => {
    get(url, { headers: { authorization: `token ${server.token}` } }, (answer) => {
      const hash = createHash('sha256');
      let bytes = 0;
      answer.on('data', (piece: Buffer) => {
        hash.update(piece);
        bytes += piece.length;
      });
      answer.on('end', () => resolve({ digest: hash.digest('hex'), bytes }));
      answer.on('error', reject);
      if (answer.statusCode !== 200) reject(new Error(`the text is answered with ${answer.statusCode}`));
    }).on('error', reject);
  });
}
