import type { JupyterFrontEnd } from '@jupyterlab/application';
import { isDocumentWidget } from './document-widgets.ts';
import type { LiveDocuments } from './live-documents.ts';

/**
 * JupyterLab asks before a page is closed while a file has not been written. What the server has in its log is safe, so
 * nobody is asked for that; for everything else they are.
 */
export function askOnlyForUnsent(app: JupyterFrontEnd, documents: LiveDocuments): void {
  window.addEventListener(
    'beforeunload',
    (event) => {
      const others = [...app.shell.widgets('main')].filter((widget) => documents.of(widget) === null);
      const isOtherDirty = others.some(
        (widget) =>
          (isDocumentWidget(widget) && widget.context.model.dirty) ||
          // It counts its own changes, where nobody sees them.
          widget.id.includes('setting-editor'),
      );
      const isSafe = documents.documents.every(
        ({ syncState: { kind } }) => kind === 'saved' || kind === 'unsaved' || kind === 'read-only',
      );
      if (!isOtherDirty && isSafe) event.stopImmediatePropagation();
    },
    { capture: true },
  );
}
