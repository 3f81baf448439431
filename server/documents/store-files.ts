import { DocumentError } from '../shared-document.ts';
import type { DocumentKind } from '../shared-document.ts';
import type { DocumentFiles, DocumentSource } from './document-files.ts';
import type { DocumentRecord } from './document-record.ts';

/** What is asked of the contents. */
export interface ReadableStore {
  fileExists(path: string): Promise<boolean>;
  get(
    path: string,
    options: {
      readonly content: true;
      readonly type: DocumentKind['type'];
      readonly format: 'text' | null;
      readonly hash: false;
    },
    actor: string,
  ): Promise<{ readonly content: unknown }>;
}

/** Files as the contents API reads them. */
export class StoreFiles implements DocumentFiles {
  readonly #store: ReadableStore;

  constructor(store: ReadableStore) {
    this.#store = store;
  }

  async read(path: string, { type }: DocumentKind): Promise<DocumentSource | null> {
    if (!(await this.#store.fileExists(path))) return null;
    const { content } = await this.#get(path, type);
    return type === 'notebook'
      ? { type, notebook: content as Readonly<Record<string, unknown>> }
      : { type, text: content as string };
  }

  findMoved(): Promise<DocumentRecord | null> {
    return Promise.resolve(null);
  }

  async bringUpToFile(): Promise<void> {
    // A document that has a history goes on with it.
  }

  async #get(path: string, type: DocumentKind['type']): Promise<{ readonly content: unknown }> {
    const format = type === 'notebook' ? null : 'text';
    try {
      return await this.#store.get(path, { content: true, type, format, hash: false }, 'server');
    } catch (error) {
      throw new DocumentError('not-shareable', `${path} cannot be shared: ${String(error)}`, {
        cause: error,
      });
    }
  }
}
