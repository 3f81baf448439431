import { PlaceError } from '../places/place-error.ts';
import type { ResourceField, ResourceForm } from '../places/place.ts';
import type { KubernetesSettings, ResourceBounds } from './kubernetes-settings.ts';
import { quantity } from './quantity.ts';

/** What a person chose, or the place's own. */
export interface ChosenResources {
  readonly image: string;
  /** Quantities of Kubernetes; null for none asked for. */
  readonly cpu: string | null;
  readonly memory: string | null;
  readonly gpu: string | null;
}

const AMOUNTS = [
  { name: 'cpu', label: 'Processors', example: '2, or 500m for half of one' },
  { name: 'memory', label: 'Memory', example: '4Gi' },
  { name: 'gpu', label: 'GPUs', example: '1' },
] as const;

/** The form of a place, null where its settings leave nothing to choose. */
export function podResourceForm({ images, resources }: KubernetesSettings): ResourceForm | null {
  const fields: ResourceField[] = [];
  if (images.length > 1)
    fields.push({
      name: 'image',
      label: 'Image',
      kind: 'choice',
      choices: images.map((image) => ({ value: image, label: image })),
      initial: images[0] ?? '',
      help: 'What is installed for the kernel.',
    });
  for (const { name, label, example } of AMOUNTS) {
    const bounds = resources[name];
    if (bounds === null) continue;
    const most = bounds.maximum === null ? '' : `, ${bounds.maximum} at most`;
    fields.push({ name, label, kind: 'text', initial: bounds.initial, help: `As ${example}${most}.` });
  }
  return fields.length === 0 ? null : { fields };
}

/** @throws PlaceError PLACE_REFUSED for what the settings do not allow, and what Kubernetes would not understand */
export function chooseResources(
  { images, resources }: KubernetesSettings,
  chosen: Readonly<Record<string, string>>,
): ChosenResources {
  const image = chosen['image'] ?? images[0] ?? '';
  if (!images.includes(image))
    throw refused(`The image ${JSON.stringify(image)} is not among those of this place.`);
  const amount = (name: (typeof AMOUNTS)[number]['name']): string | null =>
    chosenAmount(name, resources[name], chosen[name]);
  return { image, cpu: amount('cpu'), memory: amount('memory'), gpu: amount('gpu') };
}

function chosenAmount(name: string, bounds: ResourceBounds | null, text: string | undefined): string | null {
  if (bounds === null) {
    if (text !== undefined && text !== '') throw refused(`This place gives no ${name}.`);
    return null;
  }
  const asked = text === undefined || text.trim() === '' ? bounds.initial : text.trim();
  const amount = quantity(asked);
  if (amount === null) throw refused(`${JSON.stringify(asked)} is no amount of ${name}, as 2, 500m or 4Gi.`);
  if (bounds.maximum !== null && amount > (quantity(bounds.maximum) ?? 0))
    throw refused(`${asked} of ${name} is more than the ${bounds.maximum} that this place gives.`);
  // No GPU is none, and not one of which there is nothing.
  return amount === 0 ? null : asked;
}

function refused(message: string): PlaceError {
  return new PlaceError('PLACE_REFUSED', message, 'Choose other resources for this kernel.');
}
