import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, showDialog } from '@jupyterlab/apputils';
import { serverVersion } from '../server-version.ts';
import { aboutBody } from './about-view.ts';

const COMMAND = 'in-the-loop:about';

export const aboutPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:about',
  description: 'Says which server this is, in the command palette.',
  autoStart: true,
  optional: [ICommandPalette],
  activate(app: JupyterFrontEnd, palette: ICommandPalette | null) {
    const version = serverVersion();
    if (version === null) return;
    app.commands.addCommand(COMMAND, {
      label: 'About In the Loop',
      execute: () =>
        showDialog({
          title: 'About In the Loop',
          body: aboutBody(version),
          buttons: [Dialog.okButton({ label: 'Close' })],
        }),
    });
    palette?.addItem({ command: COMMAND, category: 'Help' });
  },
};
