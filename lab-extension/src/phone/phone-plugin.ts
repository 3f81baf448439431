import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { addStyleSheet } from '../style-sheet.ts';
import { PHONE_STYLE } from './phone-style.ts';
import { SideAreas } from './side-areas.ts';

export const phonePlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:phone',
  description: 'Gives documents the whole width of narrow screens.',
  autoStart: true,
  optional: [ILabShell],
  activate(app: JupyterFrontEnd, labShell: ILabShell | null) {
    addStyleSheet('phone', PHONE_STYLE);
    // In Notebook 7 nothing stands beside a document unless it is asked for.
    if (labShell === null) return;
    const areas = new SideAreas(labShell, window.matchMedia('(max-width: 600px)'));
    void app.restored.then(() => areas.makeRoom());
  },
};
