import type { Extension } from '@codemirror/state';
import { ViewPlugin, type EditorView, type ViewUpdate } from '@codemirror/view';
import type { Awareness } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import { cursorsChanged, drawnCursors, namesFaded } from './cursor-field.ts';
import { cursorLayers } from './cursor-layers.ts';
import { ownCursorsOf, type OwnCursors } from './own-cursors.ts';
import { remoteCursorsOf, type ClientCursors } from './remote-cursors.ts';

/** Milliseconds that a name stays after its person moved. */
const NAME_STAYS = 1_500;

class CursorsPlugin {
  readonly #own: OwnCursors;
  readonly #end: () => void;
  readonly #fading = new Map<number, ReturnType<typeof setTimeout>>();

  constructor(
    private readonly view: EditorView,
    awareness: Awareness,
    private readonly text: Y.Text,
  ) {
    this.#own = ownCursorsOf(awareness);
    this.#end = remoteCursorsOf(awareness).follow(text, (changed) => this.#show(changed));
  }

  update(update: ViewUpdate): void {
    if (update.view.hasFocus) {
      if (update.selectionSet || update.docChanged || update.focusChanged)
        this.#own.moved(this.view, this.text);
    } else if (update.focusChanged && update.view.root.activeElement !== update.view.contentDOM) {
      // A person who looks at another window is still at this place.
      this.#own.left(this.view);
    }
  }

  destroy(): void {
    this.#end();
    this.#own.left(this.view);
    for (const timer of this.#fading.values()) clearTimeout(timer);
  }

  #show(changed: readonly ClientCursors[]): void {
    this.view.dispatch({ effects: cursorsChanged.of(changed) });
    for (const { client } of changed) {
      clearTimeout(this.#fading.get(client));
      this.#fading.set(
        client,
        setTimeout(() => this.#fade(client), NAME_STAYS),
      );
    }
  }

  #fade(client: number): void {
    this.#fading.delete(client);
    if (drawnCursors(this.view.state).some((cursor) => cursor.client === client && cursor.isNamed))
      this.view.dispatch({ effects: namesFaded.of(new Set([client])) });
  }
}

/** Shows others' cursors in an editor, and its own to them. */
export function sharedCursors(awareness: Awareness, text: Y.Text): Extension {
  return [cursorLayers, ViewPlugin.define((view) => new CursorsPlugin(view, awareness, text))];
}
