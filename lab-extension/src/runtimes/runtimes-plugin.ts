import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, ISessionContextDialogs, Notification } from '@jupyterlab/apputils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { LazyPanel } from '../lazy-panel.ts';
import { NEW_NOTEBOOK_AT_PLACE } from '../places/places-plugin.ts';
import type { RuntimePanel } from './runtime-panel.ts';
import { runtimesIcon } from './runtimes-icon.ts';
import { IRuntimes } from './runtimes-model-plugin.ts';
import type { RuntimesModel } from './runtimes-model.ts';
import { watchKernelPlace } from './watch-kernel-place.ts';

const SHOW_RUNTIMES = 'in-the-loop:runtimes';
const ADD_PLACE = 'in-the-loop:add-place';
const TITLE = 'Runtimes';
/** In pixels. Notebook 7 gives what it gives, and would cut off the rest. */
const WIDTH = 320;
/** In pixels: beside a notebook there is no room for it. */
const NARROW = 600;

export const runtimesPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:runtimes',
  description: 'Lists every place and kernel, and what can be done with them.',
  autoStart: true,
  requires: [INotebookTracker, IRuntimes],
  optional: [ILabShell, ICommandPalette, ISessionContextDialogs],
  activate(
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    model: RuntimesModel | null,
    labShell: ILabShell | null,
    palette: ICommandPalette | null,
    dialogs: ISessionContextDialogs | null,
  ) {
    if (model === null) return;
    let loading: Promise<RuntimePanel> | null = null;
    const load = (): Promise<RuntimePanel> =>
      (loading ??= import('./create-runtime-panel.ts').then(
        ({ createRuntimePanel }) => {
          const made = createRuntimePanel({
            app,
            model,
            tracker,
            dialogs,
            newNotebook: NEW_NOTEBOOK_AT_PLACE,
          });
          place.fill(made);
          return made;
        },
        (error: unknown) => {
          // The network may be back the next time.
          loading = null;
          throw error;
        },
      ));
    const place = new LazyPanel({
      id: 'in-the-loop-runtimes',
      title: TITLE,
      icon: runtimesIcon,
      width: labShell === null ? 0 : WIDTH,
      shown() {
        load().catch((error: unknown) =>
          Notification.error(`The list of runtimes could not be loaded: ${String(error)}`),
        );
      },
    });
    app.shell.add(place, 'right', { rank: 710, type: 'In the Loop' });

    async function show(): Promise<RuntimePanel> {
      if (labShell !== null) {
        // On a phone it has the screen for itself.
        const area = labShell.node.clientWidth < NARROW ? 'main' : 'right';
        const isThere = [...labShell.widgets(area)].includes(place);
        // There it has what the screen has.
        if (area === 'main') place.node.style.minWidth = '0';
        if (!isThere) labShell.add(place, area, { rank: 710, type: 'In the Loop' });
      }
      app.shell.activateById(place.id);
      return load();
    }

    app.commands.addCommand(SHOW_RUNTIMES, {
      label: 'Show Runtimes',
      caption: 'Places where kernels run, and the kernels there',
      icon: runtimesIcon,
      execute: async () => void (await show()),
    });
    app.commands.addCommand(ADD_PLACE, {
      label: 'Add a Place Where Kernels Run…',
      execute: async () => (await show()).addPlace(),
    });
    for (const command of [SHOW_RUNTIMES, ADD_PLACE]) palette?.addItem({ command, category: TITLE });

    const besideKernel: DocumentRegistry.IWidgetExtension<NotebookPanel, DocumentRegistry.IModel> = {
      createNew: (panel) => watchKernelPlace(panel, model, () => void app.commands.execute(SHOW_RUNTIMES)),
    };
    app.docRegistry.addWidgetExtension('Notebook', besideKernel);
  },
};
