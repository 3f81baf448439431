import { contentType } from 'mime-types';

/** The Content-Type for a file's name; text with its charset, which JSON has none of (RFC 8259 §11). */
export function contentTypeOf(path: string): string {
  const extension = /\.([^./\\]+)$/.exec(path)?.[1];
  const type = (extension !== undefined && contentType(`.${extension}`)) || 'application/octet-stream';
  return type.startsWith('application/json;') ? 'application/json' : type;
}

// Fonts in woff and woff2, images but these, video and archives are compressed already.
const COMPRESSIBLE =
  /^(?:text\/|application\/(?:javascript|json|xml|wasm|manifest\+json|vnd\.ms-fontobject)|font\/(?:ttf|otf)|image\/(?:svg\+xml|bmp|vnd\.microsoft\.icon|x-icon))|\+(?:json|xml)\b/;

export function isCompressible(type: string): boolean {
  return COMPRESSIBLE.test(type);
}
