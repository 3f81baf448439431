import type { OutputJson } from './shared-output.ts';

/** Pictures that can do nothing. SVG can. */
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
const PLAIN = 'text/plain; charset=utf-8';

/** One representation of an output, as a browser may open it by itself: a picture, or plain text. */
export function outputPart(
  output: string,
  mimeType: string,
): { readonly type: string; readonly bytes: Buffer | string } | null {
  const { data, text, traceback } = JSON.parse(output) as OutputJson;
  if (typeof data !== 'object' || data === null) {
    const all = Array.isArray(traceback) ? traceback.join('\n') : text;
    return typeof all === 'string' ? { type: PLAIN, bytes: all } : null;
  }
  const value = (data as OutputJson)[mimeType];
  if (value === undefined) return null;
  if (typeof value !== 'string') return { type: PLAIN, bytes: JSON.stringify(value, null, 1) };
  return PICTURES.includes(mimeType)
    ? { type: mimeType, bytes: Buffer.from(value, 'base64') }
    : { type: PLAIN, bytes: value };
}

/** The type of those that is best looked at. */
export function bestPart(types: readonly string[]): string {
  return (
    PICTURES.find((type) => types.includes(type)) ??
    (types.includes('text/plain') ? 'text/plain' : (types[0] ?? 'text/plain'))
  );
}
