import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { aboutPlugin } from './about/about-plugin.ts';
import { collaborationMode } from './collaboration-mode.ts';
import { connectionPlugin } from './connection/connection-plugin.ts';
import { cursorsPlugin } from './cursors/cursors-plugin.ts';
import { undoPlugin } from './undo/undo-plugin.ts';

/** Not registered elsewhere at all: some provide what jupyter-collaboration's client or JupyterLab provides then. */
const collaborationPlugins: JupyterFrontEndPlugin<unknown>[] = [cursorsPlugin, undoPlugin];

export default [aboutPlugin, connectionPlugin, ...(collaborationMode() === 'on' ? collaborationPlugins : [])];
