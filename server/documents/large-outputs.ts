import { join } from 'node:path';
import type { DocumentAttachment } from '../shared-document.ts';
import { DocumentOutputs } from './document-outputs.ts';
import { findKept, KeptOutputs } from './kept-outputs.ts';

/** The large outputs of all documents, a folder each. */
export class LargeOutputs {
  readonly #directory: string;
  readonly #linkOf: (sha256: string) => string;
  readonly #onlyIfNeeded: boolean;
  readonly #open = new Map<string, Promise<DocumentOutputs>>();

  /** @param onlyIfNeeded those of a document of under 2 MB stay in it */
  constructor(deps: {
    readonly directory: string;
    readonly linkOf: (sha256: string) => string;
    readonly onlyIfNeeded: boolean;
  }) {
    this.#directory = deps.directory;
    this.#linkOf = deps.linkOf;
    this.#onlyIfNeeded = deps.onlyIfNeeded;
  }

  /** Those of a document that is being opened, until its attachment is closed. */
  of(documentId: string): Promise<DocumentOutputs> {
    let outputs = this.#open.get(documentId);
    if (outputs === undefined) {
      outputs = KeptOutputs.open(join(this.#directory, documentId)).then(
        (kept) =>
          new DocumentOutputs({
            kept,
            linkOf: this.#linkOf,
            onlyIfNeeded: this.#onlyIfNeeded,
            elsewhere: (sha256) => this.#find(sha256, documentId),
          }),
      );
      this.#open.set(documentId, outputs);
    }
    return outputs;
  }

  /** As JSON; null where no document has it. */
  find(sha256: string): Promise<string | null> {
    return this.#find(sha256, null);
  }

  /** To be closed when the file has what the document has. */
  readonly attachment: DocumentAttachment = (document) => ({
    close: async () => {
      const { documentId } = document;
      const outputs = this.#open.get(documentId);
      await (await outputs)?.close(document.end?.reason === 'deleted' ? null : document.ydoc);
      this.#open.delete(documentId);
    },
  });

  /** @param asking has looked itself */
  async #find(sha256: string, asking: string | null): Promise<string | null> {
    for (const [documentId, outputs] of this.#open) {
      if (documentId === asking) continue;
      const text = await (await outputs).text(sha256);
      if (text !== null) return text;
    }
    return findKept(this.#directory, sha256, (name) => this.#open.has(name));
  }
}
