import { StateEffect, StateField, type EditorState, type Transaction } from '@codemirror/state';
import type { Person } from '../presence/person.ts';
import type { ClientCursors } from './remote-cursors.ts';

/** One range of somebody else's selection, in this editor's own positions. */
export interface DrawnCursor {
  readonly client: number;
  readonly person: Person;
  readonly anchor: number;
  readonly head: number;
  readonly primary: boolean;
  /** The name is shown: they have just moved or typed. */
  readonly isNamed: boolean;
}

export const cursorsChanged = StateEffect.define<readonly ClientCursors[]>();
/** The names of those who have not moved since are hidden. */
export const namesFaded = StateEffect.define<ReadonlySet<number>>();

/** Others' cursors in this editor. They move along with what is typed; nobody is asked until their people move them. */
export const cursorField = StateField.define<readonly DrawnCursor[]>({
  create: () => [],
  update(cursors, transaction) {
    let drawn = transaction.docChanged ? cursors.map((cursor) => moved(cursor, transaction)) : cursors;
    for (const effect of transaction.effects) {
      if (effect.is(cursorsChanged)) drawn = replaced(drawn, effect.value, transaction.state.doc.length);
      else if (effect.is(namesFaded)) drawn = drawn.map((cursor) => faded(cursor, effect.value));
    }
    return drawn;
  },
});

export function drawnCursors(state: EditorState): readonly DrawnCursor[] {
  return state.field(cursorField);
}

function moved(cursor: DrawnCursor, { changes }: Transaction): DrawnCursor {
  // Behind what is inserted at it: most often it is their own typing that comes in.
  return { ...cursor, anchor: changes.mapPos(cursor.anchor, 1), head: changes.mapPos(cursor.head, 1) };
}

function replaced(
  drawn: readonly DrawnCursor[],
  changes: readonly ClientCursors[],
  length: number,
): DrawnCursor[] {
  const clients = new Set(changes.map(({ client }) => client));
  const others = drawn.filter(({ client }) => !clients.has(client));
  const changed = changes.flatMap(({ client, person, cursors }) =>
    cursors.map(({ anchor, head, primary }) => ({
      client,
      person: samePerson(drawn, client, person),
      anchor: Math.min(anchor, length),
      head: Math.min(head, length),
      primary,
      isNamed: primary,
    })),
  );
  return [...others, ...changed];
}

/** The object that was there before, if it says the same: what is drawn for it stays, instead of being made anew. */
function samePerson(drawn: readonly DrawnCursor[], client: number, person: Person): Person {
  const before = drawn.find((cursor) => cursor.client === client)?.person;
  return before?.name === person.name && before.color === person.color ? before : person;
}

function faded(cursor: DrawnCursor, clients: ReadonlySet<number>): DrawnCursor {
  return clients.has(cursor.client) && cursor.isNamed ? { ...cursor, isNamed: false } : cursor;
}
