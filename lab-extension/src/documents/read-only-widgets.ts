import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { FileEditor } from '@jupyterlab/fileeditor';
import type { Notebook } from '@jupyterlab/notebook';
import type { LiveDocument } from '../live/live-document.ts';
import { widgetsOf } from './document-widgets.ts';

/** Lets nobody type where nothing that is typed would be sent. */
export function makeReadOnly(app: JupyterFrontEnd, document: LiveDocument): void {
  for (const { context, content } of widgetsOf(app, document)) {
    context.model.readOnly = true;
    if (content.hasClass('jp-Notebook')) makeCellsReadOnly(content as Notebook);
    else if (content.hasClass('jp-FileEditor')) (content as FileEditor).editor.setOption('readOnly', true);
  }
}

function makeCellsReadOnly(notebook: Notebook): void {
  const apply = (): void => {
    for (const cell of notebook.widgets) cell.readOnly = true;
  };
  apply();
  notebook.modelContentChanged.connect(apply);
}
