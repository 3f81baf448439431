import { Dialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { button, element } from '../agent/element.ts';
import type { PrivateCopies, PrivateCopy } from './private-copies.ts';
import { timeText } from './share-text.ts';

export interface CopyActions {
  open(name: string): void;
  download(name: string): void;
  /** Asks first. Never rejects. */
  remove(name: string): Promise<void>;
}

/** Lists the private copies of this browser, until one is opened or it is closed. @throws Error where they cannot be read */
export async function showCopies(copies: PrivateCopies, actions: CopyActions): Promise<void> {
  for (;;) {
    const removed = await showOnce(await copies.list(), actions);
    if (removed === null) return;
    await actions.remove(removed);
  }
}

/** @returns the copy that is to be deleted: what is asked then is shown when this is gone, as JupyterLab has one dialog at a time */
async function showOnce(all: readonly PrivateCopy[], actions: CopyActions): Promise<string | null> {
  let removed: string | null = null;
  const rows = all.map((copy) =>
    rowOf(copy, {
      download: (name) => actions.download(name),
      open(name) {
        dialog.reject();
        actions.open(name);
      },
      remove(name) {
        removed = name;
        dialog.reject();
      },
    }),
  );
  const list = element('ul', 'itl-Share-copies');
  list.append(...(rows.length === 0 ? [element('li', '', 'There are none.')] : rows));
  const body = new Widget();
  body.node.append(
    element('p', '', 'They are kept in this browser alone, and go when its data for this site are cleared.'),
    list,
  );
  const dialog = new Dialog({
    title: 'Private copies in this browser',
    body,
    buttons: [Dialog.okButton({ label: 'Close' })],
  });
  dialog.node.setAttribute('aria-label', 'Private copies in this browser');
  await dialog.launch();
  return removed;
}

function rowOf(
  { name, from, takenAt }: PrivateCopy,
  actions: Record<keyof CopyActions, (name: string) => void>,
): HTMLElement {
  const row = element('li', 'itl-Share-copy');
  const tools = element('span', 'itl-Share-tools');
  tools.append(
    button('Open', () => actions.open(name), { label: `Open ${name}` }),
    button('Download', () => actions.download(name), { label: `Download ${name}` }),
    button('Delete…', () => actions.remove(name), { label: `Delete ${name}` }),
  );
  row.append(element('span', '', `${name} · of ${from}, ${timeText(takenAt)}`), tools);
  return row;
}
