import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { Widget } from '@lumino/widgets';
import type { LiveDocument } from '../live/live-document.ts';

export function isDocumentWidget(widget: Widget): widget is IDocumentWidget {
  return 'context' in widget && 'content' in widget;
}

/** The widgets that show a document, wherever they are in the main area. */
export function widgetsOf(app: JupyterFrontEnd, document: LiveDocument): IDocumentWidget[] {
  return [...app.shell.widgets('main')]
    .filter(isDocumentWidget)
    .filter(({ context }) => context.model.sharedModel === document.sharedModel);
}
