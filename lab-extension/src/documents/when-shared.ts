import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { ILiveDocument, ILiveDocuments } from '../tokens.ts';

/** Calls back once the document's content is there; never for what is not shared. */
export function whenShared(
  documents: ILiveDocuments,
  widget: IDocumentWidget,
  shared: (document: ILiveDocument) => void,
): void {
  const now = documents.of(widget);
  if (now !== null) return shared(now);
  const look = (): void => {
    const document = documents.of(widget);
    if (document === null) return;
    documents.added.disconnect(look);
    shared(document);
  };
  documents.added.connect(look);
  widget.disposed.connect(() => documents.added.disconnect(look));
}
