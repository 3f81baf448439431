import type { Kernelspec } from '../../kernel-bridge/kernelspecs/kernelspec.ts';
import type { PlaceKind } from '../wire/place.ts';

/** A place that answers nonsense must not fill the launcher. */
const MOST = 200;
const NAME = /^[\w.-]{1,100}$/;

/** A place's kernelspecs as the server lists them: with the place in name, title and metadata. */
export function placedKernelspecs(
  found: readonly Kernelspec[],
  place: { readonly id: string; readonly title: string; readonly kind: PlaceKind },
): Kernelspec[] {
  const { id, title, kind } = place;
  return found
    .filter(({ name }) => NAME.test(name))
    .slice(0, MOST)
    .map((kernelspec) => {
      const { name, spec } = kernelspec;
      const ours = spec.metadata['in_the_loop'];
      const known = typeof ours === 'object' && ours !== null ? ours : {};
      return {
        ...kernelspec,
        name: `${id}.${name}`,
        place: id,
        spec: {
          ...spec,
          // Those of browsers say it themselves.
          display_name: kind === 'browser' ? spec.display_name : `${spec.display_name} · ${title}`,
          metadata: { ...spec.metadata, in_the_loop: { ...known, place: { id, title, kind } } },
        },
      };
    });
}
