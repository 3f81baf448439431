import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { DocumentManager, IDocumentManager } from '@jupyterlab/docmanager';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { Widget } from '@lumino/widgets';
import type { LiveDocument } from '../live/live-document.ts';
import type { ForkReason } from '../tokens.ts';
import { widgetsOf } from './document-widgets.ts';

/**
 * Puts a document in the place of one that may not be gone on with (I3): its widgets are closed without a question, and
 * opened again where they were. The page stays as it is.
 */
export async function reopenLost(
  app: JupyterFrontEnd,
  manager: IDocumentManager,
  document: LiveDocument,
  reason: ForkReason,
): Promise<void> {
  const shown = widgetsOf(app, document);
  // As it is now: closing one brings its neighbour to the front.
  const inFront = new Set(shown.filter(({ isVisible }) => isVisible));
  const { path } = document;
  const name = PathExt.basename(path);
  // The token's interface leaves out the kernel preference, which its implementation takes.
  const opener = manager as Pick<DocumentManager, 'open'>;
  const isThere = reason !== 'deleted' && (await exists(manager, path));
  const unsent = document.syncState.kind === 'read-only' ? '' : explain(reason);
  if (!isThere) Notification.warning(`“${name}” was deleted. ${unsent}`.trim(), { autoClose: 10_000 });
  else if (unsent !== '') Notification.info(`“${name}” was loaded anew. ${unsent}`, { autoClose: 10_000 });
  for (const widget of shown) {
    const factory = factoryOf(widget);
    const placeholder = new Widget();
    placeholder.id = `in-the-loop-place-of-${widget.id}`;
    if (isThere) app.shell.add(placeholder, 'main', { ref: widget.id, mode: 'tab-after', activate: false });
    // Not closed: that would ask whether to save.
    widget.context.dispose();
    widget.dispose();
    const place = { ref: placeholder.id, mode: 'tab-before', activate: inFront.has(widget) } as const;
    // Nobody who may only look starts a kernel: the question would end in a refusal.
    const kernel = reason === 'read-only' ? { shouldStart: false } : undefined;
    if (isThere) opener.open(path, factory, undefined, place, kernel);
    placeholder.dispose();
  }
}

/** Where the network fails, it is taken for there: nothing is to be closed then. */
async function exists(manager: IDocumentManager, path: string): Promise<boolean> {
  return manager.services.contents.get(path, { content: false }).then(
    () => true,
    (error: { response?: Response }) => error.response?.status !== 404,
  );
}

/** JupyterLab keeps which factory made a widget to itself. */
function factoryOf(widget: IDocumentWidget): string {
  if (widget.hasClass('jp-NotebookPanel')) return 'Notebook';
  return widget.content.hasClass('jp-FileEditor') ? 'Editor' : 'default';
}

function explain(reason: ForkReason): string {
  switch (reason) {
    case 'other-history':
      return 'The server has another history of it; changes of yours that it did not have are kept beside it.';
    case 'read-only':
      return 'You may only read it now; changes of yours that were not sent are kept beside it.';
    case 'deleted':
      return 'Changes of yours that were not sent are kept.';
    case 'refused':
      return 'The server could not take a change; changes of yours that it did not have are kept beside it.';
  }
}
