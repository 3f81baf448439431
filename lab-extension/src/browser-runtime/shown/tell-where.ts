import { Dialog } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Widget } from '@lumino/widgets';
import { element } from '../../agent/element.ts';
import type { WhereText } from './host-text.ts';

const TITLE = 'Where this kernel runs';

/** Says it in sentences; a kernel that is over is started again in this tab at once. */
export async function tellWhere({ sessionContext }: NotebookPanel, text: WhereText): Promise<void> {
  if (text.isOver) return sessionContext.restartKernel();
  const body = new Widget({ node: element('div', '') });
  body.node.append(...[text.short, ...text.long].map((line) => element('p', '', line)));
  const dialog = new Dialog({
    title: TITLE,
    body,
    buttons: [Dialog.okButton({ label: 'Close', ariaLabel: 'Close' })],
  });
  dialog.node.setAttribute('aria-label', TITLE);
  await dialog.launch();
}
