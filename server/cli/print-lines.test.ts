import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const MODULE = join(import.meta.dirname, 'print-lines.ts');
/** As main.ts ends: by an exit. The lines fill a pipe's 64 KiB and a part of the stream's own buffer, which asks nobody to wait. */
const PROGRAM = `
const { printLines } = await import(${JSON.stringify(MODULE)});
async function* lines() { for (let line = 0; line < 750; line++) yield String(line).padEnd(99, '.'); }
process.exit((await printLines(lines())) === 750 ? 0 : 1);
`;

test('a slow reader gets the last lines, too, though the process exits then', () => {
  // It begins to read when the pipe has long been full.
  const program = `"${process.execPath}" --input-type=module -e "$PROGRAM" | (sleep 1; cat)`;
  const printed = execFileSync('sh', ['-c', program], { env: { ...process.env, PROGRAM }, encoding: 'utf8' });
  expect(printed.length).toBe(750 * 100);
  expect(printed.split('\n')[749]).toMatch(/^749\./);
});
