export type ContentEncoding = 'br' | 'gzip';

/**
 * The compression to answer with, from a request's Accept-Encoding (RFC 9110 §12.5.3): the one the client weighs
 * highest, brotli where it weighs them alike; null where it takes neither.
 */
export function negotiateEncoding(acceptEncoding: string | undefined): ContentEncoding | null {
  const weights = weightsOf(acceptEncoding ?? '');
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0;
  const brotli = weightOf('br');
  const gzip = Math.max(weightOf('gzip'), weights.get('x-gzip') ?? 0);
  if (brotli <= 0 && gzip <= 0) return null;
  return brotli >= gzip ? 'br' : 'gzip';
}

function weightsOf(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const entry of header.split(',')) {
    const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    const weight = quality === undefined ? 1 : Number(quality);
    if (name !== '') weights.set(name, Number.isFinite(weight) ? weight : 0);
  }
  return weights;
}
