import { Dialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { button, element } from '../agent/element.ts';
import type { PrivateCopies, PrivateCopy } from './private-copies.ts';
import { timeText } from './share-text.ts';

export interface CopyActions {
  open(name: string): void;
  download(name: string): void;
  /** Asks first. */
  remove(name: string): void;
}

/** Lists the private copies of this browser, until one is opened. @throws Error where they cannot be read */
export async function showCopies(copies: PrivateCopies, actions: CopyActions): Promise<void> {
  const list = element('ul', 'itl-Share-copies');
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
  const show = async (): Promise<void> => {
    const all = await copies.list();
    const rows = all.map((copy) =>
      rowOf(copy, {
        ...actions,
        open(name) {
          dialog.reject();
          actions.open(name);
        },
      }),
    );
    list.replaceChildren(...(rows.length === 0 ? [element('li', '', 'There are none.')] : rows));
  };
  await show();
  const changed = (): void => void show().catch(() => undefined);
  copies.changed.connect(changed);
  await dialog.launch();
  copies.changed.disconnect(changed);
}

function rowOf({ name, from, takenAt }: PrivateCopy, actions: CopyActions): HTMLElement {
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
