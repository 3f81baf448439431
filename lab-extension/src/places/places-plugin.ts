import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, ISessionContextDialogs, Notification } from '@jupyterlab/apputils';
import { INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { IRuntimes } from '../runtimes/runtimes-model-plugin.ts';
import type { RuntimesModel } from '../runtimes/runtimes-model.ts';
import { ApiClient } from './api-client.ts';
import { kernelIn, STOCK_COMMANDS, type LauncherCommands } from './launcher-places.ts';
import { logoIcon } from './logo-icon.ts';
import {
  fullName,
  placeOfKernelspec,
  shortName,
  THIS_MACHINE,
  type SpecPlace,
} from './place-of-kernelspec.ts';
import type { PlaceQuestions } from './place-questions.ts';
import { PlacesClient } from './places-client.ts';

/** Takes `kernelName` and `cwd`, as JupyterLab's own command for new notebooks. */
export const NEW_NOTEBOOK_AT_PLACE = 'in-the-loop:new-notebook-at-place';
const CHANGE_RESOURCES = 'in-the-loop:change-resources';
const LAUNCHER_COMMANDS: LauncherCommands = {
  notebook: NEW_NOTEBOOK_AT_PLACE,
  console: 'in-the-loop:new-console-at-place',
};

export const placesPlugin: JupyterFrontEndPlugin<void> = {
  id: '@in-the-loop/lab-extension:places',
  description: 'Shows kernels of places beside those of this machine, and asks what they are to have there.',
  autoStart: true,
  requires: [INotebookTracker, IRuntimes],
  optional: [ISessionContextDialogs, ICommandPalette],
  activate(
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    model: RuntimesModel | null,
    dialogs: ISessionContextDialogs | null,
    palette: ICommandPalette | null,
  ) {
    if (model === null) return;
    const { commands, serviceManager } = app;
    const { kernelspecs } = serviceManager;
    const client = new PlacesClient(new ApiClient(serviceManager.serverSettings));
    const questions = async (): Promise<PlaceQuestions> =>
      (await import('./place-questions.ts')).placeQuestions(app, client);

    // The service that all of JupyterLab asks for a kernel: decorated and not replaced, so that one by another
    // extension stays what it is.
    if (dialogs !== null) {
      const stock = dialogs.selectKernel.bind(dialogs);
      dialogs.selectKernel = async (context) => {
        await (await questions()).selectKernel(context, stock);
      };
    }

    const nameOf = (args: ReadonlyPartialJSONObject, named: typeof fullName): string => {
      const name = kernelIn(args) ?? '';
      const place = placeOfKernelspec(kernelspecs.specs, name);
      const displayName = kernelspecs.specs?.kernelspecs[name]?.display_name ?? name;
      return place === null ? displayName : named(displayName, place);
    };
    const iconOf = (args: ReadonlyPartialJSONObject, stock: string) =>
      typeof args['logo'] === 'string' ? logoIcon(args['logo']) : commands.icon(stock, args);
    commands.addCommand(LAUNCHER_COMMANDS.notebook, {
      label: (args) => nameOf(args, shortName),
      caption: (args) => `New notebook: ${nameOf(args, fullName)}`,
      icon: (args) => iconOf(args, STOCK_COMMANDS.notebook),
      execute: async ({ kernelName, cwd }) =>
        (await questions()).newNotebook(kernelName as string, cwd as string | undefined),
    });
    commands.addCommand(LAUNCHER_COMMANDS.console, {
      label: (args) => `Console · ${nameOf(args, shortName)}`,
      caption: (args) => `New console: ${nameOf(args, fullName)}`,
      icon: (args) => iconOf(args, STOCK_COMMANDS.console),
      execute: ({ logo: _, ...args }) => commands.execute(STOCK_COMMANDS.console, args),
    });
    const inFront = (): { readonly panel: NotebookPanel; readonly place: SpecPlace } | null => {
      const panel = tracker.currentWidget;
      const name = panel?.sessionContext.session?.kernel?.name;
      const place = name === undefined ? null : placeOfKernelspec(kernelspecs.specs, name);
      return panel === null || place === null || place.id === THIS_MACHINE.id ? null : { panel, place };
    };
    commands.addCommand(CHANGE_RESOURCES, {
      label: 'Change Resources…',
      caption: 'What the kernel of this notebook asks for at its place',
      isEnabled: () => inFront() !== null,
      execute: async () => {
        const shown = inFront();
        if (shown === null) return;
        const asked = await questions();
        await asked
          .changeResources(shown.panel, shown.place)
          .catch((error: unknown) =>
            Notification.error(error instanceof Error ? error.message : String(error)),
          );
      },
    });
    palette?.addItem({ command: CHANGE_RESOURCES, category: 'Kernel Operations' });

    // Notebook shows no launcher, and asking for one there brings up plugins that have no settings there.
    if (app.name !== 'JupyterLab') return;
    // Who has no places needs nothing of this.
    const groupLauncher = (): void => {
      const names = Object.keys(kernelspecs.specs?.kernelspecs ?? {});
      const isPlaced = (name: string): boolean =>
        placeOfKernelspec(kernelspecs.specs, name)?.id !== THIS_MACHINE.id;
      if (!names.some(isPlaced)) return;
      kernelspecs.specsChanged.disconnect(groupLauncher);
      void import('./group-launcher.ts').then(({ groupLauncher: group }) =>
        group(app, model, LAUNCHER_COMMANDS),
      );
    };
    kernelspecs.specsChanged.connect(groupLauncher);
    void kernelspecs.ready.then(groupLauncher);
  },
};
