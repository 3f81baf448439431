import { contentType } from 'mime-types';

/** The Content-Type for a file's name, with the charset where there is one. */
export function contentTypeOf(path: string): string {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1];
  return (extension !== undefined && contentType(`.${extension}`)) || 'application/octet-stream';
}

// Fonts in woff and woff2, images but SVG, video and archives are compressed already.
const COMPRESSIBLE =
  /^(?:text\/|application\/(?:javascript|json|xml|wasm|manifest\+json|vnd\.ms-fontobject)|font\/(?:ttf|otf)|image\/(?:svg\+xml|bmp))|\+(?:json|xml)\b/;

export function isCompressible(type: string): boolean {
  return COMPRESSIBLE.test(type);
}
