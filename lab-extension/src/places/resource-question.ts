import { Dialog, Notification } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { element } from '../agent/element.ts';
import type { PlacesClient } from './places-client.ts';
import { ResourceFormView } from './resource-form-view.ts';
import type { SpecPlace } from './place-of-kernelspec.ts';

type Client = Pick<PlacesClient, 'resources' | 'chooseResources'>;

/**
 * Asks what a notebook's kernels are to have at a place, where there is something to choose and nobody has chosen for this
 * notebook, and has it remembered.
 * @returns false where the person calls it off
 */
export async function askForResources(client: Client, place: SpecPlace, path: string): Promise<boolean> {
  try {
    const { form, chosen } = await client.resources(place.id, path);
    if (form === null || form.fields.length === 0 || chosen !== null) return true;
    const answer = await ask(form, {}, place, 'Start');
    if (answer === null) return false;
    await client.chooseResources(place.id, { path, resources: answer });
  } catch (error) {
    // The start itself says what is wrong with the place; it may work with the place's own.
    Notification.warning(`${place.title} was not asked what there is to choose: ${messageOf(error)}`);
  }
  return true;
}

/** Asks anew. @returns whether there is something else than before */
export async function changeResources(client: Client, place: SpecPlace, path: string): Promise<boolean> {
  const { form, chosen } = await client.resources(place.id, path);
  if (form === null || form.fields.length === 0) {
    Notification.info(`There is nothing to choose at ${place.title}.`, { autoClose: 5_000 });
    return false;
  }
  const answer = await ask(form, chosen ?? {}, place, 'Save');
  if (answer === null) return false;
  await client.chooseResources(place.id, { path, resources: answer });
  return true;
}

type Resources = Readonly<Record<string, string>>;

/** @returns null where it was called off; an empty object for the place's own */
async function ask(
  form: ConstructorParameters<typeof ResourceFormView>[0],
  chosen: Resources,
  place: SpecPlace,
  accept: string,
): Promise<Resources | null> {
  const view = new ResourceFormView(form, chosen);
  const node = element('div', 'itl-Places-resources');
  node.append(
    element('p', '', 'What is left as it is, the place decides. It is remembered in the notebook.'),
    view.node,
  );
  const title = `Resources at ${place.title}`;
  const own = "Use the place's own";
  const dialog = new Dialog({
    title,
    body: new Widget({ node }),
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: own, actions: ['own'] }),
      Dialog.okButton({ label: accept }),
    ],
    defaultButton: 2,
  });
  dialog.node.setAttribute('aria-label', title);
  const { button } = await dialog.launch();
  if (!button.accept) return null;
  return button.actions.includes('own') ? {} : view.read();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
