import type { ISessionContext } from '@jupyterlab/apputils';
import type { PlaceModel } from '../../../server/wire/place.ts';
import { pickKernel } from './kernel-picker.ts';
import { placeOfKernelspec, THIS_MACHINE } from './place-of-kernelspec.ts';
import type { PlacesClient } from './places-client.ts';
import { askForResources } from './resource-question.ts';

/** In milliseconds: so long may asking for the state of the places hold up the dialog. */
const LONGEST_WAIT = 1_500;

export interface PlaceDialogsDependencies {
  readonly client: Pick<PlacesClient, 'places' | 'resources' | 'chooseResources'>;
  /** JupyterLab's own dialog, for whoever has no places. */
  readonly stock: (context: ISessionContext) => Promise<void>;
  /** As the contents API has a document's path. */
  readonly localPath: (path: string) => string;
}

/** Asks which kernel a document is to have, as `ISessionContextDialogs.selectKernel`. */
export async function selectKernelAtPlaces(
  context: ISessionContext,
  { client, stock, localPath }: PlaceDialogsDependencies,
): Promise<void> {
  if (context.isDisposed) return;
  // A kernel that ended elsewhere is heard of within ten seconds: nothing can be given to its session any more.
  const sessions = context.sessionManager.refreshRunning().catch(() => undefined);
  const [places] = await Promise.all([placesSoon(client), sessions]);
  if (context.isDisposed) return;
  const { specs } = context.specsManager;
  const isThere = (name: string): boolean => placeOfKernelspec(specs, name)?.id !== THIS_MACHINE.id;
  const anyThere = Object.keys(specs?.kernelspecs ?? {}).some(isThere);
  if (!anyThere && (places ?? []).every(({ kind }) => kind === 'local')) return stock(context);
  const choice = await pickKernel(context, places);
  if (choice === undefined) return;
  if (choice === null) return context.hasNoKernel ? undefined : context.shutdown();
  const place = choice.name === undefined ? null : placeOfKernelspec(specs, choice.name);
  if (place !== null && place.kind !== 'local' && context.type === 'notebook') {
    const path = localPath(context.path);
    if (!(await askForResources(client, place, path)) || context.isDisposed) return;
  }
  await context.changeKernel(choice);
}

/** Null where they cannot be had in time: the dialog is of more use without their states than not at all. */
function placesSoon(client: Pick<PlacesClient, 'places'>): Promise<readonly PlaceModel[] | null> {
  const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), LONGEST_WAIT));
  return Promise.race([client.places().catch(() => null), late]);
}
