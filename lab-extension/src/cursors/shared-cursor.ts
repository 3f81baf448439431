import * as Y from 'yjs';

/**
 * One range of somebody's selection as awareness carries it, in the words of jupyter-collaboration 5: positions that
 * stay with the text around them, whatever is typed elsewhere (Yjs's relative positions, as JSON).
 */
export interface SharedCursor {
  readonly anchor: unknown;
  readonly head: unknown;
  readonly primary: boolean;
  readonly empty: boolean;
}

/** One range of a selection, by where it is in a text now. */
export interface TextCursor {
  readonly anchor: number;
  readonly head: number;
  readonly primary: boolean;
}

/** A position stays behind the character that it was behind: what others insert there comes after it. */
const LEFT = -1;

export function toSharedCursor(text: Y.Text, cursor: TextCursor): SharedCursor {
  const position = (index: number): unknown =>
    Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, index, LEFT));
  return {
    anchor: position(cursor.anchor),
    head: position(cursor.head),
    primary: cursor.primary,
    empty: cursor.anchor === cursor.head,
  };
}

/** Where a shared cursor is: null if it cannot be told, because the text that it stands by has not come yet. */
export function findSharedCursor(
  cursor: unknown,
  doc: Y.Doc,
): { readonly text: object; readonly cursor: TextCursor } | null {
  if (typeof cursor !== 'object' || cursor === null) return null;
  const { anchor, head, primary } = cursor as Partial<SharedCursor>;
  const from = absolutePosition(anchor, doc);
  const to = absolutePosition(head, doc);
  if (from === null || to === null || from.type !== to.type) return null;
  return { text: to.type, cursor: { anchor: from.index, head: to.index, primary: primary !== false } };
}

function absolutePosition(json: unknown, doc: Y.Doc): Y.AbsolutePosition | null {
  if (typeof json !== 'object' || json === null) return null;
  try {
    return Y.createAbsolutePositionFromRelativePosition(Y.createRelativePositionFromJSON(json), doc);
  } catch {
    // Any page may send anything: a position that Yjs cannot make sense of is nowhere.
    return null;
  }
}
