import { createHash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/**
 * Runs on the far machine, as `node --input-type=module -e TEXT FOLDER SHA256`, before anything else of ours is there: reads
 * a packed program from its standard input and puts it into the folder, whole or not at all. Prints `installed`, or why not.
 */
const [folder = '', sha256 = ''] = process.argv.slice(1);
const fresh = `${folder}.${process.pid}`;
try {
  const archive = await buffer(process.stdin);
  if (createHash('sha256').update(archive).digest('hex') !== sha256)
    throw new Error('what arrived is not what was sent');
  const content = gunzipSync(archive);
  const listEnd = content.indexOf('\n');
  const list = JSON.parse(content.subarray(0, listEnd).toString()) as { path: string; size: number }[];
  let at = listEnd + 1;
  for (const { path, size } of list) {
    mkdirSync(dirname(join(fresh, path)), { recursive: true, mode: 0o700 });
    writeFileSync(join(fresh, path), content.subarray(at, at + size), { mode: 0o600, flush: true });
    at += size;
  }
  try {
    renameSync(fresh, folder);
  } catch (error) {
    // Another connection was sooner, with the same.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  process.stdout.write('installed\n');
} catch (error) {
  process.stdout.write(`${(error as Error).message}\n`);
} finally {
  rmSync(fresh, { recursive: true, force: true });
}
