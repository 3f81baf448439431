import type { YNotebook } from '@jupyter/ydoc';
import type { ContentStore } from './contents/content-store.ts';
import { HttpError } from './http-error.ts';
import type { SharedDocument, SharedDocuments } from './shared-document.ts';
import { DocumentError } from './shared-document.ts';
import { withoutOuterSlashes } from './url-path.ts';

const KEY = 'in_the_loop';
const KIND = { type: 'notebook', format: 'json' } as const;
/** Whoever asks for it has not seen the notebook's outputs, as one who reads it has. */
const READER = 'server';

/**
 * What we keep in the metadata of notebooks, under `in_the_loop`: read and written in the shared document where there is one, so
 * that nobody who has it open overwrites it.
 */
export interface NotebookMetadata {
  /** As it stands there, by whoever; undefined for none. @throws ContentStoreError */
  read(path: string): Promise<unknown>;
  /** @throws HttpError 404, 400 for what is no notebook; ContentStoreError */
  change(path: string, actor: string, edit: (before: unknown) => object): Promise<void>;
}

export function notebookMetadata(deps: {
  readonly documents: () => SharedDocuments;
  readonly store: () => ContentStore;
  /** Whether notebooks are shared documents at all. */
  readonly areShared: boolean;
}): NotebookMetadata {
  const { documents, store, areShared } = deps;

  async function read(path: string): Promise<unknown> {
    const document = areShared ? documents().loadedAt(withoutOuterSlashes(path)) : null;
    if (document !== null) return notebookOf(document).getMetadata(KEY);
    return metadataIn((await notebookAt(path)).content)[KEY];
  }

  async function change(path: string, actor: string, edit: (before: unknown) => object): Promise<void> {
    if (!areShared) {
      const { content } = await notebookAt(path);
      const metadata = metadataIn(content);
      const changed = { ...metadata, [KEY]: edit(metadata[KEY]) };
      const notebook = { ...(content as object), metadata: changed };
      await store().save(withoutOuterSlashes(path), { ...KIND, content: notebook }, actor);
      return;
    }
    const document = await openAt(path);
    await document.change(actor, () => {
      const model = notebookOf(document);
      model.setMetadata(KEY, edit(model.getMetadata(KEY)) as never);
    });
  }

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

  return { read, change };
}

/** @throws HttpError 400 */
export function notebookOf(document: SharedDocument): YNotebook {
  if (document.kind.type !== 'notebook') throw new HttpError(400, `${document.path} is not a notebook`);
  return document.model as YNotebook;
}

function metadataIn(content: unknown): Readonly<Record<string, unknown>> {
  return (content as { readonly metadata?: Record<string, unknown> } | null)?.metadata ?? {};
}
