import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import type { Widget } from '@lumino/widgets';
import { whenShared } from '../documents/when-shared.ts';
import type { ILiveDocuments } from '../tokens.ts';
import { AvatarsView } from './avatars-view.ts';
import type { DocumentPresences } from './document-presences.ts';
import { NotebookPresence } from './notebook-presence.ts';

export interface ToolbarActions {
  /** To a cell of the notebook that is shown. */
  goTo(cell: string): void;
  showAll(): void;
}

/** Shows in the toolbar of each notebook and file who else has it open, and in notebooks where they are. */
export function showInToolbars(
  app: JupyterFrontEnd,
  documents: ILiveDocuments,
  presences: DocumentPresences,
  trans: TranslationBundle,
  actions: ToolbarActions,
): void {
  const createNew = (created: Widget): IDisposable => {
    // What the registry makes for a file is always a document's widget; its type is not that narrow.
    const widget = created as IDocumentWidget;
    const avatars = new AvatarsView(
      trans,
      ({ place }) => place?.cell && actions.goTo(place.cell),
      () => actions.showAll(),
    );
    placeInToolbar(widget, avatars);
    whenShared(documents, widget, (document) => {
      const presence = presences.of(document);
      presence.changed.connect(() => avatars.showPeople(presence.others));
      avatars.showPeople(presence.others);
      if (widget instanceof NotebookPanel) new NotebookPresence(widget.content, presence);
    });
    return new DisposableDelegate(() => avatars.dispose());
  };
  for (const factory of ['Notebook', 'Editor']) app.docRegistry.addWidgetExtension(factory, { createNew });
}

function placeInToolbar({ toolbar }: IDocumentWidget, avatars: AvatarsView): void {
  const isPlaced = toolbar.insertBefore('kernelName', 'in-the-loop-people', avatars);
  if (!isPlaced) toolbar.addItem('in-the-loop-people', avatars);
}
