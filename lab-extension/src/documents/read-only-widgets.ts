import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { FileEditor } from '@jupyterlab/fileeditor';
import type { Notebook } from '@jupyterlab/notebook';
import type { LiveDocument } from '../live/live-document.ts';
import { addStyleSheet } from '../style-sheet.ts';
import { widgetsOf } from './document-widgets.ts';

const CLASS = 'jp-InTheLoop-readOnly';
const REFUSED = [
  'save',
  'insert',
  'cut',
  'paste',
  'run',
  'interrupt',
  'restart',
  'restart-and-run',
  'cellType',
];
const STYLE = `
${REFUSED.map((item) => `.${CLASS} > .jp-Toolbar > [data-jp-item-name='${item}']`).join(',\n')},
.${CLASS} .jp-cell-toolbar, .${CLASS} .jp-Notebook-footer { display: none; }
`;

/** Lets nobody type where nothing that is typed would be sent, and offers nothing that the server would refuse. */
export function makeReadOnly(app: JupyterFrontEnd, document: LiveDocument): void {
  addStyleSheet('read-only', STYLE);
  for (const widget of widgetsOf(app, document)) {
    const { context, content } = widget;
    widget.addClass(CLASS);
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
