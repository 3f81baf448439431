// A process to be killed: saves one file over and over, each time another letter, and says on standard output which
// letter is durably there, a line each.
import { writeSync } from 'node:fs';
import { findTarget, replaceFile } from '../../server/contents/replace-file.ts';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('Which file?');
for (let round = 0; ; round += 1) {
  const letter = String.fromCharCode('a'.charCodeAt(0) + (round % 26));
  await replaceFile(await findTarget(path), Buffer.alloc(4_000_000, letter));
  writeSync(1, `${letter}\n`);
}
