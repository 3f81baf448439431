import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A window of a browser with the language's sign in it. */
const logo = (sign: string, color: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">` +
  `<rect x="3" y="7" width="58" height="50" rx="6" fill="#fff" stroke="${color}" stroke-width="4"/>` +
  `<path d="M3 20h58" stroke="${color}" stroke-width="4"/>` +
  `<g fill="${color}"><circle cx="12" cy="14" r="2.5"/><circle cx="20" cy="14" r="2.5"/></g>${sign}</svg>\n`;

const LOGOS: Readonly<Record<string, string>> = {
  python: logo(
    '<path d="M22 50V28h8a6.5 6.5 0 0 1 0 13h-8M37 33l5 12m5-12-6.5 15q-1.5 3-4.5 2" fill="none" stroke="#3776ab" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>',
    '#3776ab',
  ),
  html: logo(
    '<path d="M23 30l-9 8.500 9 8.500M41 30l9 8.500-9 8.500M35 27l-6 23" fill="none" stroke="#d8552b" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>',
    '#d8552b',
  ),
};

/** Writes the logos of the kernels that pages run. @param folder gets a folder for each kernelspec; @throws Error as the disk does */
export function writeLogos(folder: string): void {
  for (const [name, svg] of Object.entries(LOGOS)) {
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, name, 'logo-svg.svg'), svg);
  }
}
