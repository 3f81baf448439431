import { HttpError } from '../http-error.ts';
import { cellDifference, type CellDifference } from './cell-difference.ts';
import { textOfFile } from './change-summary.ts';
import type { KnownVersion, PresentFiles, VersionSource } from './history-sources.ts';
import { joinLines } from './join-lines.ts';
import { contentOf, notebookContent, type NotebookCell, type NotebookContent } from './notebook-cells.ts';

/** A state of a file as people look at it. */
export type ShownContent =
  | {
      readonly kind: 'notebook';
      readonly cells: readonly ShownCell[];
      readonly metadata: unknown;
    }
  | { readonly kind: 'text'; readonly text: string };

/** A cell in Jupyter's own terms; `id` is what restoring it asks for. */
export type ShownCell = Readonly<Record<string, unknown>> & { readonly id: string };

export type ShownDifference =
  | { readonly kind: 'notebook'; readonly cells: readonly ShownCellDifference[] }
  | { readonly kind: 'text'; readonly before: string; readonly after: string };

export interface ShownCellDifference {
  readonly change: CellDifference['change'];
  readonly is_moved: boolean;
  readonly has_other_outputs: boolean;
  readonly before: ShownCell | null;
  readonly after: ShownCell | null;
}

/** Contents of earlier versions and of now, and what is between them. */
export class FileHistory {
  readonly #versions: VersionSource;
  readonly #present: PresentFiles;

  constructor(deps: { readonly versions: VersionSource; readonly present: PresentFiles }) {
    this.#versions = deps.versions;
    this.#present = deps.present;
  }

  /** @throws HttpError 404, 410 for one that is no longer kept, 415 for what is neither a notebook nor text */
  async content(path: string, version: number | 'now', actor: string): Promise<ShownContent> {
    const found = await this.#contentOf(path, version, actor);
    if (typeof found === 'string') return { kind: 'text', text: found };
    return { kind: 'notebook', cells: found.cells.map(shownCell), metadata: found.json['metadata'] ?? {} };
  }

  /** @throws HttpError as `content` */
  async difference(
    path: string,
    { from, to }: { readonly from: number; readonly to: number | 'now' },
    actor: string,
  ): Promise<ShownDifference> {
    const before = await this.#contentOf(path, from, actor);
    const after = await this.#contentOf(path, to, actor);
    if (typeof before === 'string' || typeof after === 'string') {
      if (typeof before === 'string' && typeof after === 'string') return { kind: 'text', before, after };
      throw new HttpError(415, 'Only one of both is a notebook: they cannot be compared.');
    }
    const cells = cellDifference(before.cells, after.cells).map((difference) => ({
      change: difference.change,
      is_moved: 'isMoved' in difference && difference.isMoved,
      has_other_outputs: 'hasOtherOutputs' in difference && difference.hasOtherOutputs,
      before: difference.before === null ? null : shownCell(difference.before),
      after: difference.after === null ? null : shownCell(difference.after),
    }));
    return { kind: 'notebook', cells };
  }

  /** The bytes of a version, exactly. @throws HttpError 404, 410 */
  async bytesOf(path: string, id: number): Promise<Buffer> {
    const version = await this.#find(path, id);
    const bytes = await this.#versions.content(version);
    if (bytes === null)
      throw new HttpError(
        410,
        `Version ${id} of ${path} is no longer kept: the oldest make room for new ones.`,
      );
    return bytes;
  }

  /** What bytes of the file are to people. @throws HttpError 415 */
  parse(path: string, bytes: Buffer): NotebookContent | string {
    const notebook = path.endsWith('.ipynb') ? notebookContent(bytes) : null;
    if (notebook !== null) return notebook;
    const text = textOfFile(bytes);
    if (text === null) throw new HttpError(415, `${path} is neither a notebook nor text.`);
    return text;
  }

  /** @throws HttpError 404, 415 */
  async present(path: string, actor: string): Promise<NotebookContent | string> {
    const document = this.#present.loadedAt(path);
    if (document === null) return this.parse(path, await this.#present.read(path, actor));
    const source: unknown = document.model.getSource();
    return typeof source === 'string' ? source : contentOf(source);
  }

  async #contentOf(path: string, version: number | 'now', actor: string): Promise<NotebookContent | string> {
    if (version === 'now') return this.present(path, actor);
    return this.parse(path, await this.bytesOf(path, version));
  }

  async #find(path: string, id: number): Promise<KnownVersion> {
    const found = (await this.#versions.known(path)).find((version) => version.id === id);
    if (found !== undefined) return found;
    throw new HttpError(404, `${path} has no version ${id}.`);
  }
}

function shownCell({ id, json }: NotebookCell): ShownCell {
  return { ...joinLines(json), id };
}
