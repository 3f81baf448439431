import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Contents } from '@jupyterlab/services';
import { placeOfKernelspec } from './place-of-kernelspec.ts';
import type { PlacesClient } from './places-client.ts';
import { askForResources } from './resource-question.ts';

/** As JupyterLab's `notebook:create-new`, asking before the start what the kernel is to have at its place. */
export async function newNotebookAtPlace(
  app: JupyterFrontEnd,
  client: Pick<PlacesClient, 'resources' | 'chooseResources'>,
  kernelName: string,
  folder: string | undefined,
): Promise<unknown> {
  const { commands, serviceManager } = app;
  const place = placeOfKernelspec(serviceManager.kernelspecs.specs, kernelName);
  const made = (await commands.execute('docmanager:new-untitled', {
    ...(folder !== undefined && { path: folder }),
    type: 'notebook',
  })) as Contents.IModel | undefined;
  if (made === undefined) return undefined;
  const path = serviceManager.contents.localPath(made.path);
  if (place !== null && place.kind !== 'local' && !(await askForResources(client, place, path))) {
    await serviceManager.contents.delete(made.path);
    return undefined;
  }
  const widget = (await commands.execute('docmanager:open', {
    path: made.path,
    factory: 'Notebook',
    kernel: { name: kernelName },
  })) as { isUntitled?: boolean } | undefined;
  if (widget !== undefined) widget.isUntitled = true;
  return widget;
}
