import type { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { aboutPlugin } from './about/about-plugin.ts';
import { agentPlugin } from './agent/agent-plugin.ts';
import { browserHostsPlugin } from './browser-runtime/shown/hosts-plugin.ts';
import { browserRuntimePlugin } from './browser-runtime/browser-runtime-plugin.ts';
import { ownKernelsPlugin } from './browser-runtime/unshared/own-kernels-plugin.ts';
import { cellKernelsPlugin } from './cell-kernels/cell-kernels-plugin.ts';
import { collaborationMode } from './collaboration-mode.ts';
import { connectionPlugin } from './connection/connection-plugin.ts';
import { cursorsPlugin } from './cursors/cursors-plugin.ts';
import { documentsPlugin } from './documents/documents-plugin.ts';
import { fileNotesPlugin } from './file-notes/file-notes-plugin.ts';
import { forksPlugin } from './forks/forks-plugin.ts';
import { reviewPlugin } from './forks/review-plugin.ts';
import { historyPlugin } from './history/history-plugin.ts';
import { htmlDisplayPlugin } from './html-cells/html-display-plugin.ts';
import { linksPlugin } from './links/links-plugin.ts';
import { offlinePlugin } from './offline/offline-plugin.ts';
import { outputsPlugin } from './outputs/outputs-plugin.ts';
import { packagesPlugin } from './packages/packages-plugin.ts';
import { phonePlugin } from './phone/phone-plugin.ts';
import { placesPlugin } from './places/places-plugin.ts';
import { presencePlugin } from './presence/presence-plugin.ts';
import { runtimesModelPlugin } from './runtimes/runtimes-model-plugin.ts';
import { runtimesPlugin } from './runtimes/runtimes-plugin.ts';
import { storagePlugin } from './offline/storage-plugin.ts';
import { executorPlugin, runQueuesPlugin } from './runs/executor-plugin.ts';
import { runsPlugin } from './runs/runs-plugin.ts';
import { stockResultsPlugin } from './stock-results/stock-results-plugin.ts';
import { sharePlugin } from './share/share-plugin.ts';
import { connectionLostPlugin } from './sync-state/connection-lost-plugin.ts';
import { syncStatePlugin } from './sync-state/sync-state-plugin.ts';
import { undoPlugin } from './undo/undo-plugin.ts';
import { widgetsPlugin } from './widgets/widgets-plugin.ts';

/** Not registered elsewhere at all: some provide what jupyter-collaboration's client or JupyterLab provides then. */
const collaborationPlugins: JupyterFrontEndPlugin<unknown>[] = [
  agentPlugin,
  connectionLostPlugin,
  cursorsPlugin,
  documentsPlugin,
  executorPlugin,
  fileNotesPlugin,
  forksPlugin,
  historyPlugin,
  linksPlugin,
  offlinePlugin,
  outputsPlugin,
  ownKernelsPlugin,
  packagesPlugin,
  phonePlugin,
  presencePlugin,
  reviewPlugin,
  runQueuesPlugin,
  runsPlugin,
  storagePlugin,
  syncStatePlugin,
  undoPlugin,
  widgetsPlugin,
];

const pluginsOf = { on: collaborationPlugins, stock: [stockResultsPlugin], off: [] } as const;

/** Notebook's page of files has no notebook, and what asks for its parts there brings up plugins that have no settings there. */
const isPageOfFiles = PageConfig.getOption('notebookPage') === 'tree';

const ofNotebooks: readonly JupyterFrontEndPlugin<unknown>[] = [
  agentPlugin,
  browserHostsPlugin,
  cellKernelsPlugin,
  placesPlugin,
  runtimesPlugin,
  sharePlugin,
];

/** Kernels are elsewhere whoever speaks for shared documents. */
const always = [
  aboutPlugin,
  browserHostsPlugin,
  browserRuntimePlugin,
  cellKernelsPlugin,
  connectionPlugin,
  htmlDisplayPlugin,
  placesPlugin,
  runtimesModelPlugin,
  runtimesPlugin,
  sharePlugin,
];

export default [...always, ...pluginsOf[collaborationMode()]].filter(
  (plugin) => !isPageOfFiles || !ofNotebooks.includes(plugin),
);
