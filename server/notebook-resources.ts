import { z } from 'zod';
import type { Kernelspec } from '../kernel-bridge/kernelspecs/kernelspec.ts';
import type { NotebookMetadata } from './notebook-metadata.ts';
import { notebookOf } from './notebook-metadata.ts';
import type { NotebookResources } from './places/notebook-resources.ts';
import type { SharedDocument } from './shared-document.ts';

const ours = z.looseObject({
  resources: z.record(z.string(), z.record(z.string(), z.string())).optional().catch(undefined),
});

/** What notebooks ask for at places, in their metadata: `in_the_loop.resources.<place id>`. */
export function notebookResources(metadata: NotebookMetadata): NotebookResources {
  return {
    async chosen(path, placeId) {
      return ours.safeParse(await metadata.read(path)).data?.resources?.[placeId] ?? null;
    },
    choose: (path, placeId, resources, actor) =>
      metadata.change(path, actor, (before) => withResources(before, placeId, resources)),
  };
}

/**
 * Writes into an open notebook which kernel it has now, as a page does whose person chooses another one. A notebook that
 * nobody has open is left alone: its session says it to whoever opens it, and that page writes it.
 */
export async function setKernelspec(
  document: SharedDocument | null,
  { name, spec }: Kernelspec,
  actor: string,
): Promise<void> {
  if (document?.kind.type !== 'notebook') return;
  const { display_name, language } = spec;
  await document.change(actor, () => {
    notebookOf(document).setMetadata('kernelspec', { name, display_name, language } as never);
  });
}

function withResources(
  before: unknown,
  placeId: string,
  resources: Readonly<Record<string, string>>,
): object {
  const known = ours.safeParse(before).data ?? {};
  return { ...known, resources: { ...known.resources, [placeId]: resources } };
}
