import type { HtmlDisplay } from '../../../kernel-bridge/hosted/html/html-display.ts';
import type { PreparedCell } from '../../../kernel-bridge/hosted/html/prepared-cell.ts';

/** Of a notebook that anybody may have written. @returns null for what is no display of this version */
export function readHtmlDisplay(data: unknown): HtmlDisplay | null {
  if (!isRecord(data) || data['version'] !== 1 || !isCell(data['cell'])) return null;
  const { cell, before, height } = data;
  if (!Array.isArray(before) || !before.every(isCell)) return null;
  return { version: 1, cell, before, height: typeof height === 'number' && height >= 0 ? height : 0 };
}

function isCell(value: unknown): value is PreparedCell {
  if (!isRecord(value)) return false;
  const { run, cellId, html, scripts, seed } = value;
  const isNamed = Number.isSafeInteger(run) && (cellId === null || typeof cellId === 'string');
  return (
    isNamed &&
    typeof html === 'string' &&
    typeof seed === 'number' &&
    Array.isArray(scripts) &&
    scripts.every(isScript)
  );
}

function isScript(value: unknown): boolean {
  if (!isRecord(value)) return false;
  switch (value['kind']) {
    case 'code': {
      const { names, functions, body } = value;
      const isNames = Array.isArray(names) && names.every((name) => typeof name === 'string');
      return isNames && typeof functions === 'string' && typeof body === 'string';
    }
    case 'source':
      return typeof value['url'] === 'string';
    case 'broken':
      return typeof value['message'] === 'string' && typeof value['line'] === 'number';
    default:
      return false;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
