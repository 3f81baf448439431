import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, MainAreaWidget, ToolbarButton } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import type { DocumentRegistry, IDocumentWidget } from '@jupyterlab/docregistry';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { historyIcon } from '@jupyterlab/ui-components';
import { DisposableDelegate } from '@lumino/disposable';
import { addStyleSheet } from '../style-sheet.ts';
import { ILiveDocuments } from '../tokens.ts';
import type { HistoryPanel } from './history-panel.ts';
import { HISTORY_STYLE } from './history-style.ts';

const HISTORY_COMMAND = 'in-the-loop:history';
const TITLE = 'History';
/** In pixels: beside each other a notebook and its history want more. */
const NARROW = 900;

export const historyPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:history',
  description: 'Shows what happened to a notebook or text file, and brings it back.',
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry, IEditorLanguageRegistry],
  optional: [IEditorTracker, ICommandPalette, ILiveDocuments],
  activate(
    app: JupyterFrontEnd,
    notebooks: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    languages: IEditorLanguageRegistry,
    editors: IEditorTracker | null,
    palette: ICommandPalette | null,
    documents: ILiveDocuments | null,
  ) {
    addStyleSheet('history', HISTORY_STYLE);
    /** By the document that it is of. */
    const open = new Map<IDocumentWidget, MainAreaWidget<HistoryPanel>>();

    function shown(): IDocumentWidget | null {
      const { currentWidget } = app.shell;
      for (const [widget, panel] of open) if (panel === currentWidget) return widget;
      for (const tracker of [notebooks, editors])
        if (tracker?.currentWidget != null && tracker.currentWidget === currentWidget)
          return tracker.currentWidget;
      return null;
    }

    async function show(widget: IDocumentWidget): Promise<void> {
      const before = open.get(widget);
      if (before !== undefined) {
        app.shell.activateById(before.id);
        await before.content.refresh();
        return;
      }
      // Only who looks at a history needs its views.
      const { createHistoryPanel } = await import('./create-history-panel.ts');
      const content = createHistoryPanel(widget, {
        app,
        rendermime,
        languages,
        mimeType: mimeTypeOf(widget),
        mayRestore: () => documents?.of(widget)?.syncState.kind !== 'read-only',
      });
      const panel = new MainAreaWidget({ content });
      panel.id = `in-the-loop-history-${widget.id}`;
      panel.title.icon = historyIcon;
      panel.title.closable = true;
      open.set(widget, panel);
      panel.disposed.connect(() => open.delete(widget));
      widget.disposed.connect(() => panel.dispose());
      if (app.name === 'JupyterLab') {
        const mode = app.shell.node.clientWidth < NARROW ? 'tab-after' : 'split-right';
        app.shell.add(panel, 'main', { mode, ref: widget.id });
      } else app.shell.add(panel, 'right'); // Notebook 7 has room for one document in the middle.
      app.shell.activateById(panel.id);
      await content.refresh();
    }

    app.commands.addCommand(HISTORY_COMMAND, {
      label: TITLE,
      caption: 'Who changed this file when, what changed, and how to get it back',
      icon: historyIcon,
      isEnabled: () => shown() !== null,
      execute: async () => {
        const widget = shown();
        if (widget !== null) await show(widget);
      },
    });
    palette?.addItem({ command: HISTORY_COMMAND, category: 'File Operations' });

    const button: DocumentRegistry.IWidgetExtension<IDocumentWidget, DocumentRegistry.IModel> = {
      createNew(widget) {
        const item = new ToolbarButton({
          icon: historyIcon,
          tooltip: TITLE,
          onClick: () => void show(widget),
        });
        const { toolbar } = widget;
        if (!toolbar.insertAfter('spacer', 'in-the-loop-history', item))
          toolbar.addItem('in-the-loop-history', item);
        return new DisposableDelegate(() => item.dispose());
      },
    };
    for (const factory of ['Notebook', 'Editor']) app.docRegistry.addWidgetExtension(factory, button);
  },
};

function mimeTypeOf(widget: IDocumentWidget): string {
  if (widget instanceof NotebookPanel) return widget.content.codeMimetype;
  const model = widget.context.model as DocumentRegistry.ICodeModel;
  return model.mimeType;
}
