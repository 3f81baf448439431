import type { EditorState } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { Coalesced } from '../coalesced.ts';
import { toSharedCursor, type TextCursor } from './shared-cursor.ts';

/** Milliseconds; a fast typist's cursor goes out about twelve times a second. */
const PUBLISH_DELAY = 80;

/** Tells others where this page's cursor is: in one editor of the document, the one that has the focus. */
export class OwnCursors {
  #editor: { readonly view: EditorView; readonly text: Y.Text } | null = null;
  readonly #soon = new Coalesced(() => this.#publish(), PUBLISH_DELAY);

  constructor(private readonly awareness: Awareness) {}

  /** Its selection or text has changed, or it got the focus. */
  moved(view: EditorView, text: Y.Text): void {
    this.#editor = { view, text };
    this.#soon.request();
  }

  /** It lost the focus to something else on the page, or is no more. */
  left(view: EditorView): void {
    if (this.#editor?.view !== view) return;
    this.#editor = null;
    this.#soon.request();
  }

  #publish(): void {
    // A page that is not here (no local state) has no cursor either.
    if (this.awareness.getLocalState() === null) return;
    const text = this.#editor?.text;
    const cursors =
      this.#editor === null || !text
        ? []
        : rangesOf(this.#editor.view.state, text.length).map((range) => toSharedCursor(text, range));
    this.awareness.setLocalStateField('cursors', cursors);
  }
}

/** The editor's text and the shared one are the same, but for the moment of a change. */
function rangesOf({ selection }: EditorState, length: number): TextCursor[] {
  return selection.ranges.map((range) => ({
    anchor: Math.min(range.anchor, length),
    head: Math.min(range.head, length),
    primary: range === selection.main,
  }));
}

const publishers = new WeakMap<Awareness, OwnCursors>();

export function ownCursorsOf(awareness: Awareness): OwnCursors {
  const known = publishers.get(awareness) ?? new OwnCursors(awareness);
  publishers.set(awareness, known);
  return known;
}
