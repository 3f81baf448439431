import type { YFile, YNotebook } from '@jupyter/ydoc';
import { HttpError } from '../http-error.ts';
import type { SharedDocument } from '../shared-document.ts';
import { DocumentError } from '../shared-document.ts';
import type { FileHistory } from './file-history.ts';
import type { PresentFiles } from './history-sources.ts';
import type { NotebookContent } from './notebook-cells.ts';
import { restoreFile, restoreNotebook } from './restore-document.ts';
import { restoredCells } from './restored-cells.ts';

export interface RestoreRequest {
  readonly path: string;
  readonly version: number;
  /** Ids as the version has them; null: all of it. */
  readonly cells: readonly string[] | null;
}

/**
 * Puts back a version, or some cells of it, as a new change by the person: into the shared document where people have it
 * open, who see it as they see each other's typing, else into the file. What was there before stays in the history (I6).
 */
export class RestoreVersion {
  readonly #history: FileHistory;
  readonly #present: PresentFiles;

  constructor(deps: { readonly history: FileHistory; readonly present: PresentFiles }) {
    this.#history = deps.history;
    this.#present = deps.present;
  }

  /** @throws HttpError 404, 409 where it cannot be recorded, 410, 415 */
  async restore({ path, version, cells }: RestoreRequest, actor: string): Promise<void> {
    const bytes = await this.#history.bytesOf(path, version);
    const wanted = this.#history.parse(path, bytes);
    const ids = cells === null ? null : new Set(cells);
    if (typeof wanted === 'string' && ids !== null) throw new HttpError(415, `${path} has no cells.`);
    if (typeof wanted !== 'string' && ids !== null) checkCells(wanted, ids, version);
    const document = this.#present.loadedAt(path);
    if (document !== null) {
      // What was typed a moment ago is a version then, too; where it cannot be saved, nothing is changed either.
      await this.#present.saveDocument(document).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new HttpError(409, `Nothing was restored: ${why}`, null, { cause: error });
      });
      const shared = typeof wanted === 'string' ? wanted : await this.#asShared(document, wanted, bytes);
      return intoDocument(document, shared, ids, actor);
    }
    if (ids === null || typeof wanted === 'string') return this.#present.saveBytes(path, bytes, actor);
    const present = await this.#history.present(path, actor);
    if (typeof present === 'string') throw new HttpError(415, `${path} is no notebook now.`);
    const restored = restoredCells(present.cells, wanted.cells, ids);
    await this.#present.saveNotebook(
      path,
      { ...present.json, cells: restored.map(({ json }) => json) },
      actor,
    );
  }

  /** With its large outputs by reference, as when the document is opened. */
  async #asShared(
    document: SharedDocument,
    content: NotebookContent,
    bytes: Buffer,
  ): Promise<NotebookContent> {
    // What is no valid notebook any more can be put back all the same, with its outputs in it.
    const outputs = await this.#present.outputsFor(document, bytes).catch(() => null);
    if (outputs?.length !== content.cells.length) return content;
    const cells = content.cells.map((cell, place) =>
      cell.type === 'code' ? { ...cell, json: { ...cell.json, outputs: outputs[place] } } : cell,
    );
    return { ...content, cells };
  }
}

async function intoDocument(
  document: SharedDocument,
  wanted: NotebookContent | string,
  ids: ReadonlySet<string> | null,
  actor: string,
): Promise<void> {
  const hold = document.hold();
  try {
    await document.change(actor, (model) => {
      if (typeof wanted === 'string') {
        if (document.kind.type !== 'file') throw new HttpError(415, `${document.path} is a notebook now.`);
        restoreFile(model as YFile, wanted);
        return;
      }
      if (document.kind.type !== 'notebook') throw new HttpError(415, `${document.path} is open as text.`);
      const notebook = model as YNotebook;
      const present = presentCells(notebook);
      restoreNotebook(notebook, restoredCells(present, wanted.cells, ids), new Set(present));
    });
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    throw new HttpError(409, `It could not be restored: ${error.message}`, null, { cause: error });
  } finally {
    hold.release();
  }
}

/** Without the rest of them, which nobody asks for: outputs may be large. */
function presentCells(notebook: YNotebook): NotebookContent['cells'] {
  return notebook.cells.map((cell) => ({
    id: cell.id,
    type: cell.cell_type,
    source: cell.getSource(),
    json: {},
  }));
}

function checkCells({ cells }: NotebookContent, ids: ReadonlySet<string>, version: number): void {
  const known = new Set(cells.map(({ id }) => id));
  for (const id of ids) if (!known.has(id)) throw new HttpError(404, `Version ${version} has no cell ${id}.`);
}
