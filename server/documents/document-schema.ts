import * as Y from 'yjs';
import type { DocumentKind } from '../shared-document.ts';

/** What a shared type is in its document (@jupyter/ydoc's schema, contract §6.1); `free`: whatever is in it fits. */
export type Role = 'cells' | 'cell' | 'text' | 'meta' | 'free';

/** Without one of these a cell is none, and a notebook cannot be read. */
const CELL_MEMBERS = ['id', 'cell_type', 'source', 'metadata'] as const;
const CELL_TYPES: readonly unknown[] = ['code', 'markdown', 'raw'];

export function roleOfRoot(name: string, kind: DocumentKind): Role {
  if (kind.type === 'file') return name === 'source' ? 'text' : 'free';
  if (name === 'cells') return 'cells';
  return name === 'meta' ? 'meta' : 'free';
}

/**
 * What something becomes that is put into a type of a role, under `key` if it is a map.
 * @returns null where it does not belong there
 */
export function roleOfMember(role: Role, key: string | null, content: Y.Item['content']): Role | null {
  if (content instanceof Y.ContentDeleted) return 'free';
  switch (role) {
    case 'free':
      return 'free';
    case 'cells':
      return key === null && typeOf(content) instanceof Y.Map ? 'cell' : null;
    case 'text':
      return content instanceof Y.ContentString || content instanceof Y.ContentFormat ? 'free' : null;
    case 'cell':
      return roleInCell(key, content);
    case 'meta':
      if (key === 'metadata') return typeOf(content) instanceof Y.Map ? 'free' : null;
      return key?.startsWith('nbformat') !== true || typeof valueOf(content) === 'number' ? 'free' : null;
  }
}

/** What must stay in a type of a role as long as it is there itself. */
export function isRequired(role: Role, key: string): boolean {
  if (role === 'cell') return key === 'outputs' || CELL_MEMBERS.some((member) => member === key);
  return role === 'meta' && (key === 'metadata' || key.startsWith('nbformat'));
}

/** Whether these are the members of a cell. */
export function isWholeCell(members: ReadonlyMap<string, Y.Item['content']>): boolean {
  if (!CELL_MEMBERS.every((member) => members.has(member))) return false;
  const type = members.get('cell_type');
  return type !== undefined && (valueOf(type) !== 'code' || members.has('outputs'));
}

function roleInCell(key: string | null, content: Y.Item['content']): Role | null {
  switch (key) {
    case null:
      return null;
    case 'id':
      return typeof valueOf(content) === 'string' ? 'free' : null;
    case 'cell_type':
      return CELL_TYPES.includes(valueOf(content)) ? 'free' : null;
    case 'source':
      return typeOf(content) instanceof Y.Text ? 'text' : null;
    case 'metadata':
      return typeOf(content) instanceof Y.Map ? 'free' : null;
    case 'outputs':
      return typeOf(content) instanceof Y.Array ? 'free' : null;
    default:
      return 'free';
  }
}

function typeOf(content: Y.Item['content']): unknown {
  return content instanceof Y.ContentType ? content.type : null;
}

function valueOf(content: Y.Item['content']): unknown {
  return content instanceof Y.ContentAny || content instanceof Y.ContentJSON
    ? (content.arr as unknown[]).at(-1)
    : null;
}
