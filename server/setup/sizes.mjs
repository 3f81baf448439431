// What we ship, in bytes, against a budget: growth must be somebody's decision.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PROJECT } from './project.mjs';

/** Prints sizes beside the budget; false where one is exceeded. */
export function compareSizes() {
  const budget = JSON.parse(readFileSync(join(import.meta.dirname, 'size-budget.json'), 'utf8'));
  let within = true;
  console.log('folder                    kB     gzip   budget (gzip)');
  for (const [folder, kilobytes] of Object.entries(budget)) {
    const size = sizeOf(join(PROJECT, folder));
    const over = size.gzip > kilobytes;
    if (over) within = false;
    const columns = [size.raw, size.gzip, kilobytes].map((value) => value.toFixed(1).padStart(8));
    console.log(`${folder.padEnd(20)}${columns.join(' ')}${over ? '  over budget' : ''}`);
  }
  return within;
}

function sizeOf(folder) {
  const scripts = readdirSync(folder, { recursive: true })
    .filter((name) => /\.(js|mjs|css)$/.test(name))
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile());
  let raw = 0;
  let gzip = 0;
  for (const file of scripts) {
    const bytes = readFileSync(file);
    raw += bytes.length;
    gzip += gzipSync(bytes).length;
  }
  return { raw: raw / 1024, gzip: gzip / 1024 };
}
