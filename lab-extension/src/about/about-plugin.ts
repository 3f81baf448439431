import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette } from '@jupyterlab/apputils';
import { serverVersion } from '../server-version.ts';
import { aboutBody } from './about-view.ts';

const TITLE = 'About In the Loop';
export const ABOUT_COMMAND = 'in-the-loop:about';

export const aboutPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:about',
  description: 'Says which server this is, in the command palette.',
  autoStart: true,
  optional: [ICommandPalette],
  activate(app: JupyterFrontEnd, palette: ICommandPalette | null) {
    const version = serverVersion();
    if (version === null) return;
    app.commands.addCommand(ABOUT_COMMAND, {
      label: TITLE,
      execute: () => {
        const dialog = new Dialog({
          title: TITLE,
          body: aboutBody(version),
          buttons: [Dialog.okButton({ label: 'Close' })],
        });
        // JupyterLab's dialogs show their title, but name themselves to nobody who does not see it.
        dialog.node.setAttribute('aria-label', TITLE);
        return dialog.launch();
      },
    });
    palette?.addItem({ command: ABOUT_COMMAND, category: 'Help' });
  },
};
