import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { DocumentWidget } from '@jupyterlab/docregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { DisposableDelegate } from '@lumino/disposable';
import type { Widget } from '@lumino/widgets';
import { whenShared } from '../documents/when-shared.ts';
import { addStyleSheet } from '../style-sheet.ts';
import { ILiveDocuments, type ILiveDocument } from '../tokens.ts';
import { DocumentNotices } from './document-notices.ts';
import { FILE_NOTES_STYLE } from './file-notes-style.ts';
import { SeenNotices } from './seen-notices.ts';

export const fileNotesPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:file-notes',
  description: 'Says in a document what became of its file on disk.',
  autoStart: true,
  optional: [ILiveDocuments, ITranslator],
  activate(app: JupyterFrontEnd, documents: ILiveDocuments | null, translator: ITranslator | null) {
    if (documents === null) return;
    addStyleSheet('file-notes', FILE_NOTES_STYLE);
    const trans = (translator ?? nullTranslator).load('in_the_loop');
    const { baseUrl } = app.serviceManager.serverSettings;
    const seen = new SeenNotices(browserStorage(), `in-the-loop:${new URL(baseUrl).pathname}:seen-conflicts`);
    const shown = new Set<DocumentNotices>();
    const save = (document: ILiveDocument): void => {
      document.save().catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        Notification.warning(trans.__('The file was not saved: %1', reason), { autoClose: 8_000 });
      });
    };

    const createNew = (created: Widget): DisposableDelegate => {
      // What the registry makes for a file is always a document's widget; its type is not that narrow.
      const widget = created as DocumentWidget;
      whenShared(documents, widget, (document) => {
        const dismissed = (): void => shown.forEach((notices) => notices.update());
        const notices = new DocumentNotices(widget, document, { trans, seen, dismissed, save });
        shown.add(notices);
        widget.disposed.connect(() => shown.delete(notices));
      });
      return new DisposableDelegate(() => undefined);
    };
    for (const factory of ['Notebook', 'Editor', 'Markdown Preview'])
      app.docRegistry.addWidgetExtension(factory, { createNew });
  },
};

function browserStorage(): Storage | null {
  try {
    return window.localStorage;
  } catch {
    return null; // some private windows throw
  }
}
