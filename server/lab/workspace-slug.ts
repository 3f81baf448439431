import { createHash } from 'node:crypto';
import { withoutOuterSlashes } from '../url-path.ts';

export const WORKSPACE_EXTENSION = '.jupyterlab-workspace';
const LONGEST_SLUG = 128 - WORKSPACE_EXTENSION.length;

/**
 * The file name that Jupyter keeps a workspace under, without its extension: what is left of the name in ASCII, and
 * four digits of its SHA-256, which keep names apart that leave the same (contract §1.4).
 */
export function workspaceSlug(name: string): string {
  const rooted = name.startsWith('/') ? name : `/${name}`;
  const signature = `-${createHash('sha256').update(rooted.slice(1)).digest('hex').slice(0, 4)}`;
  const ascii = percentDecoded(withoutOuterSlashes(rooted.toLowerCase()))
    .normalize('NFKC')
    .replace(/[^\0-\x7f]/g, '');
  const words = ascii
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/[-\s]+/g, '-');
  return words.slice(0, LONGEST_SLUG - signature.length) + signature;
}

/** Decodes what is encoded and leaves a stray `%` alone. */
export function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) =>
    Buffer.from(encoded.replaceAll('%', ''), 'hex').toString(),
  );
}
