import type { OutputJson } from './shared-output.ts';

/** Of a line of text in JupyterLab. */
const LINE_PX = 17;
/** Outputs that are longer scroll in most settings, and nobody sees a jump so far down. */
const MOST_PX = 20_000;

/** CSS pixels that an output will roughly need, so that a page need not jump when it comes; null where nobody knows. */
export function expectedHeight({ text, data, metadata }: OutputJson): number | null {
  if (typeof text === 'string') return Math.min(MOST_PX, linesIn(text) * LINE_PX);
  const bundle = (data ?? {}) as Readonly<Record<string, unknown>>;
  const given = ((metadata ?? {}) as Readonly<Record<string, unknown>>)['image/png'];
  const asked = (given as { readonly height?: unknown } | undefined)?.height;
  if (typeof asked === 'number' && asked >= 0) return Math.min(MOST_PX, asked);
  const png = bundle['image/png'];
  if (typeof png === 'string') return pngHeight(png);
  const plain = bundle['text/plain'];
  const isPlain = Object.keys(bundle).length === 1 && typeof plain === 'string';
  return isPlain ? Math.min(MOST_PX, linesIn(plain) * LINE_PX) : null;
}

/** PNG specification, 11.2.2: the IHDR chunk comes first. */
function pngHeight(base64: string): number | null {
  const head = Buffer.from(base64.slice(0, 64).replaceAll('\n', ''), 'base64');
  return head.length >= 24 && head.toString('latin1', 1, 4) === 'PNG'
    ? Math.min(MOST_PX, head.readUInt32BE(20))
    : null;
}

function linesIn(text: string): number {
  let lines = text.endsWith('\n') ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
