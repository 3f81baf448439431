import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification, type ISessionContext } from '@jupyterlab/apputils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { addStyleSheet } from '../style-sheet.ts';
import { confirmed } from './confirmed.ts';
import { newNotebookAtPlace } from './new-notebook.ts';
import { selectKernelAtPlaces } from './place-dialogs.ts';
import type { SpecPlace } from './place-of-kernelspec.ts';
import type { PlacesClient } from './places-client.ts';
import { PLACES_STYLE } from './places-style.ts';
import { changeResources } from './resource-question.ts';

/** What a person is asked before a kernel is started somewhere. Loaded when somebody chooses one for the first time. */
export interface PlaceQuestions {
  /** @param stock JupyterLab's own dialog */
  readonly selectKernel: (
    context: ISessionContext,
    stock: (context: ISessionContext) => Promise<void>,
  ) => Promise<void>;
  /** @param folder the one that is shown, where it is undefined */
  readonly newNotebook: (kernelName: string, folder: string | undefined) => Promise<unknown>;
  readonly changeResources: (panel: NotebookPanel, place: SpecPlace) => Promise<void>;
}

export function placeQuestions(app: JupyterFrontEnd, client: PlacesClient): PlaceQuestions {
  addStyleSheet('places', PLACES_STYLE);
  const { contents } = app.serviceManager;
  return {
    selectKernel: (context, stock) =>
      selectKernelAtPlaces(context, { client, stock, localPath: (path) => contents.localPath(path) }),
    newNotebook: (kernelName, folder) => newNotebookAtPlace(app, client, kernelName, folder),
    async changeResources({ context, sessionContext }, place) {
      const path = contents.localPath(context.path);
      if (!(await changeResources(client, place, path))) return;
      const name = sessionContext.session?.kernel?.name;
      const title = 'Start a new kernel with them now?';
      const text =
        'Outputs, history and what is typed are kept. The variables are not: the present kernel ends.';
      if (name !== undefined && (await confirmed(title, text, 'Start')))
        await sessionContext.changeKernel({ name });
      else
        Notification.info('They are used the next time that a kernel is started for it.', {
          autoClose: 6_000,
        });
    },
  };
}
