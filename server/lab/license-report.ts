import { stringAt } from './json-object.ts';
import type { JsonObject } from './json-object.ts';

/** The licences of what a front-end bundle contains, by bundle. */
export type LicenseBundles = ReadonlyMap<string, readonly JsonObject[]>;

export interface LicenseReport {
  readonly text: string;
  readonly contentType: string;
  readonly extension: string;
}

const UNKNOWN = 'UNKNOWN';
const FIELDS = ['name', 'versionInfo', 'licenseId', 'extractedText'];

/** The report in one of Jupyter's three forms; null for another. */
export function licenseReport(
  bundles: LicenseBundles,
  format: string,
  fullText: boolean,
): LicenseReport | null {
  switch (format) {
    case 'json':
      return { text: asJson(bundles), contentType: 'application/json', extension: '.json' };
    case 'csv':
      return { text: asCsv(bundles), contentType: 'text/csv', extension: '.csv' };
    case 'markdown':
      return { text: asMarkdown(bundles, fullText), contentType: 'text/markdown', extension: '.md' };
    default:
      return null;
  }
}

function asJson(bundles: LicenseBundles): string {
  const names = [...bundles.keys()].sort();
  const sorted = Object.fromEntries(names.map((name) => [name, { packages: bundles.get(name) ?? [] }]));
  return JSON.stringify({ bundles: sorted }, null, 2);
}

function asCsv(bundles: LicenseBundles): string {
  const rows = [['bundle', ...FIELDS]];
  for (const [bundle, packages] of bundles) {
    for (const entry of packages) rows.push([bundle, ...FIELDS.map((field) => stringAt(entry, field) ?? '')]);
  }
  const quoted = (value: string): string =>
    /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  return rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
}

function asMarkdown(bundles: LicenseBundles, fullText: boolean): string {
  const names = [...bundles.values()].flatMap((packages) => packages.map((entry) => fieldOf(entry, 'name')));
  const longest = Math.max(1, ...names.map((name) => name.length));
  const lines: string[] = [];
  for (const [bundle, packages] of bundles) {
    lines.push(`# ${bundle}`, '');
    if (packages.length === 0) lines.push('> No licenses found', '');
    for (const entry of packages) {
      const name = `**${fieldOf(entry, 'name')}**`.padEnd(longest);
      const version = `\`${fieldOf(entry, 'versionInfo')}\``.padEnd(20);
      lines.push(`## ${name}\t${version}\t${fieldOf(entry, 'licenseId')}`);
      const text = (stringAt(entry, 'extractedText') ?? '').trim();
      if (fullText)
        lines.push('', text === '' ? '> No license text available' : `<pre>\n${text}\n</pre>`, '');
    }
  }
  return lines.join('\n');
}

function fieldOf(entry: JsonObject, field: string): string {
  return (stringAt(entry, field) ?? UNKNOWN).trim();
}
