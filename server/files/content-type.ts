import type { LocatedFile } from './located-file.ts';

/** The Content-Type of a raw file, as jupyter_server has it. */
export function contentTypeOf(file: LocatedFile): string {
  if (file.name.endsWith('.ipynb')) return 'application/x-ipynb+json';
  if (file.mimeType === 'text/plain') return 'text/plain; charset=UTF-8';
  // RFC 6713: what is compressed is not of the type that it would be unpacked.
  if (file.encoding === 'gzip') return 'application/gzip';
  if (file.encoding !== null || file.mimeType === null) return 'application/octet-stream';
  return file.mimeType;
}
