import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { HistoryClient } from './history-client.ts';
import { HistoryDetails } from './history-details.ts';
import { HistoryPanel } from './history-panel.ts';
import { ReadOnlyEditors } from './read-only-editor.ts';

/** The history of what a document widget shows, wherever that file is by then. */
export function createHistoryPanel(
  widget: IDocumentWidget,
  deps: {
    readonly app: JupyterFrontEnd;
    readonly rendermime: IRenderMimeRegistry;
    readonly languages: IEditorLanguageRegistry;
    readonly mimeType: string;
    readonly mayRestore: () => boolean;
  },
): HistoryPanel {
  const { serviceManager } = deps.app;
  return new HistoryPanel({
    client: new HistoryClient(serviceManager.serverSettings),
    details: new HistoryDetails(deps.rendermime),
    editors: new ReadOnlyEditors(deps.languages, deps.mimeType),
    mayRestore: deps.mayRestore,
    pathOf: () => serviceManager.contents.localPath(widget.context.path),
  });
}
