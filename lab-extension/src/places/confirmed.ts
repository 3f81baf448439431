import { Dialog } from '@jupyterlab/apputils';

/** Asks before something is done that cannot be undone; Escape and Cancel say no. */
export async function confirmed(title: string, text: string, accept: string): Promise<boolean> {
  const dialog = new Dialog({
    title,
    body: text,
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: accept })],
    defaultButton: 0,
  });
  // JupyterLab's dialogs show their title, but name themselves to nobody who does not see it.
  dialog.node.setAttribute('aria-label', title);
  return (await dialog.launch()).button.accept;
}
