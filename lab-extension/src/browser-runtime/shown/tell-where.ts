import { Dialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { element } from '../../agent/element.ts';
import type { IHostedKernel } from '../browser-runtime.ts';
import type { WhereText } from './host-text.ts';

const TITLE = 'Where this kernel runs';
const RESTART = 'Restart';

/**
 * Says it in sentences.
 * @param kernel of this page, which can be restarted from here without the server too; null: it is none
 */
export async function tellWhere({ short, long }: WhereText, kernel: IHostedKernel | null): Promise<void> {
  const body = new Widget({ node: element('div', '') });
  body.node.append(...[`${short}.`, ...long].map((line) => element('p', '', line)));
  const close = Dialog.okButton({ label: 'Close', ariaLabel: 'Close' });
  const restart = Dialog.warnButton({ label: RESTART, ariaLabel: 'Restart the kernel' });
  const dialog = new Dialog({
    title: TITLE,
    body,
    buttons: kernel === null ? [close] : [restart, close],
    defaultButton: kernel === null ? 0 : 1,
  });
  dialog.node.setAttribute('aria-label', TITLE);
  if ((await dialog.launch()).button.label === RESTART) kernel?.restart();
}
