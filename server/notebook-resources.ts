import type { YNotebook } from '@jupyter/ydoc';
import { z } from 'zod';
import type { Kernelspec } from '../kernel-bridge/kernelspecs/kernelspec.ts';
import type { ContentStore } from './contents/content-store.ts';
import { HttpError } from './http-error.ts';
import type { NotebookResources } from './places/notebook-resources.ts';
import type { SharedDocument, SharedDocuments } from './shared-document.ts';
import { DocumentError } from './shared-document.ts';
import { withoutOuterSlashes } from './url-path.ts';

const KEY = 'in_the_loop';
const KIND = { type: 'notebook', format: 'json' } as const;
/** Whoever asks for them has not seen the notebook's outputs, as one who reads it has. */
const READER = 'server';

const ours = z.looseObject({
  resources: z.record(z.string(), z.record(z.string(), z.string())).optional().catch(undefined),
});

type Metadata = Readonly<Record<string, unknown>>;

/**
 * What notebooks ask for at places, in their metadata: `in_the_loop.resources.<place id>`. Read and written in the shared
 * document where there is one, so that nobody who has it open overwrites it.
 */
export function notebookResources(deps: {
  readonly documents: () => SharedDocuments;
  readonly store: () => ContentStore;
  /** Whether notebooks are shared documents at all. */
  readonly areShared: boolean;
}): NotebookResources {
  const { documents, store, areShared } = deps;

  async function chosen(path: string, placeId: string): Promise<Readonly<Record<string, string>> | null> {
    const document = areShared ? documents().loadedAt(withoutOuterSlashes(path)) : null;
    const found =
      document === null
        ? metadataIn((await notebookAt(path)).content)[KEY]
        : notebookOf(document).getMetadata(KEY);
    return ours.safeParse(found).data?.resources?.[placeId] ?? null;
  }

  async function choose(
    path: string,
    placeId: string,
    resources: Readonly<Record<string, string>>,
    actor: string,
  ): Promise<void> {
    if (!areShared) {
      const { content } = await notebookAt(path);
      const metadata = metadataIn(content);
      const changed = { ...metadata, [KEY]: withResources(metadata[KEY], placeId, resources) };
      const notebook = { ...(content as object), metadata: changed };
      await store().save(withoutOuterSlashes(path), { ...KIND, content: notebook }, actor);
      return;
    }
    const document = await openAt(path);
    await document.change(actor, () => {
      const model = notebookOf(document);
      model.setMetadata(KEY, withResources(model.getMetadata(KEY), placeId, resources) as never);
    });
  }

  /** @throws HttpError 404, 400 */
  async function openAt(path: string): Promise<SharedDocument> {
    try {
      const { documentId } = await documents().identify(withoutOuterSlashes(path), KIND);
      return await documents().open(documentId);
    } catch (error) {
      if (!(error instanceof DocumentError)) throw error;
      const status = error.code === 'file-not-found' ? 404 : error.code === 'not-shareable' ? 400 : 500;
      throw new HttpError(status, error.message, null, { cause: error });
    }
  }

  function notebookAt(path: string): ReturnType<ContentStore['get']> {
    const asked = { content: true, type: 'notebook', format: null, hash: false } as const;
    return store().get(withoutOuterSlashes(path), asked, READER);
  }

  return { chosen, choose };
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

function metadataIn(content: unknown): Metadata {
  const metadata = (content as { readonly metadata?: Metadata } | null)?.metadata;
  return metadata ?? {};
}

/** @throws HttpError 400 */
function notebookOf(document: SharedDocument): YNotebook {
  if (document.kind.type !== 'notebook') throw new HttpError(400, `${document.path} is not a notebook`);
  return document.model as YNotebook;
}
