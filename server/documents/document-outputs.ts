import * as Y from 'yjs';
import type { CellContent, NotebookContent } from './cell-content.ts';
import { isJson } from './canonical-json.ts';
import type { KeptOutputs } from './kept-outputs.ts';
import { outputText, readReference, referenceIn, referenceOf, sizeOf } from './output-reference.ts';
import type { OutputText } from './output-reference.ts';
import { LARGE, LEAST, referenceThreshold } from './reference-threshold.ts';
import type { OutputJson } from './shared-output.ts';

/** Outputs <-> what a document holds of them. */
export interface OutputReferences {
  /** What the document is to hold for an output: a reference, where that is kept; else itself. */
  refer(output: OutputJson): OutputJson;
  /**
   * What a reference stands for; all else is itself. A reference whose output is lost stays.
   * @throws UnreadOutputError where that was not looked for yet
   */
  restore(output: OutputJson): OutputJson;
}

/** Where every output is in the document itself. */
export const NO_REFERENCES: OutputReferences = { refer: (output) => output, restore: (output) => output };

export class UnreadOutputError extends Error {
  override readonly name = 'UnreadOutputError';
}

/** Widgets are found in documents by their views, and what is isolated is so by what is around it. */
const STAYS = 'application/vnd.jupyter.widget-view+json';
/** So much is put beside a document before what nobody refers to any more is looked for. */
const TIDY_EVERY_BYTES = 64 * 1024 * 1024;

/** The large outputs of one open notebook: kept once, beside the document, which has references to them. */
export class DocumentOutputs implements OutputReferences {
  readonly #kept: KeptOutputs;
  readonly #linkOf: (sha256: string) => string;
  readonly #onlyIfNeeded: boolean;
  /** Looks for an output with whatever else is open, and on disk. */
  readonly #elsewhere: (sha256: string) => Promise<string | null>;
  /** By hash. */
  readonly #outputs = new Map<string, OutputJson>();
  readonly #lost = new Set<string>();
  /** Outputs are never changed, only replaced. */
  #references = new WeakMap<OutputJson, { readonly sha256: string; readonly reference: OutputJson }>();
  #threshold: number;
  #putBytes = 0;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(deps: {
    readonly kept: KeptOutputs;
    readonly linkOf: (sha256: string) => string;
    readonly onlyIfNeeded: boolean;
    readonly elsewhere: (sha256: string) => Promise<string | null>;
  }) {
    this.#kept = deps.kept;
    this.#linkOf = deps.linkOf;
    this.#onlyIfNeeded = deps.onlyIfNeeded;
    this.#elsewhere = deps.elsewhere;
    this.#threshold = deps.onlyIfNeeded ? Infinity : LARGE;
  }

  refer(output: OutputJson): OutputJson {
    const known = this.#references.get(output);
    if (known !== undefined) return this.#outputs.has(known.sha256) ? known.reference : output;
    if (this.#outputs.size === 0 || readReference(output) !== null || sizeOf(output) < LEAST) return output;
    const text = outputText(output);
    return this.#outputs.has(text.sha256) ? this.#referenceOf(output, text) : output;
  }

  restore(output: OutputJson): OutputJson {
    const reference = readReference(output);
    if (reference === null || this.#lost.has(reference.sha256)) return output;
    const restored = this.#outputs.get(reference.sha256);
    if (restored === undefined) throw new UnreadOutputError('An output of the notebook was not read yet.');
    return restored;
  }

  /** As JSON; null where it is not kept here. */
  async text(sha256: string): Promise<string | null> {
    const output = this.#outputs.get(sha256);
    if (output !== undefined) return outputText(output).text;
    return this.#kept.has(sha256) ? ((await this.#kept.read([sha256])).get(sha256) ?? null) : null;
  }

  /** Puts aside what is large of a whole notebook that is about to come into the document. */
  keepNotebook(content: NotebookContent): Promise<void> {
    const outputs = content.cells.flatMap(({ results }) => results?.outputs ?? []);
    const sizes = outputs.map(sizeOf);
    const rest = content.cells.reduce((sum, cell) => sum + restOf(cell), 0);
    this.#threshold = Math.min(this.#threshold, referenceThreshold(sizes, rest, this.#onlyIfNeeded));
    return this.#keep(outputs.filter((_, at) => (sizes[at] ?? 0) >= this.#threshold));
  }

  /** Likewise of a run that goes on: texts grow, and stay. */
  keepResults(outputs: readonly OutputJson[]): Promise<void> {
    return this.#keep(
      outputs.filter(
        (output) =>
          (output['output_type'] === 'display_data' || output['output_type'] === 'execute_result') &&
          sizeOf(output) >= this.#threshold,
      ),
    );
  }

  /**
   * Reads what the references of a document stand for.
   * @param others where outputs may be that are lost: notebooks that are read only then
   */
  async ready(ydoc: Y.Doc, others: () => Promise<readonly NotebookContent[]>): Promise<void> {
    for (;;) {
      const unknown = this.#unknown(hashesIn(ydoc));
      if (unknown.length === 0) return;
      await this.#find(unknown, others);
    }
  }

  /** A notebook of which references may be a part, as clients send it, with what these stand for. */
  async restored(content: NotebookContent): Promise<NotebookContent> {
    const all = content.cells.flatMap(({ results }) => results?.outputs ?? []);
    const hashes = new Set(all.flatMap((output) => readReference(output)?.sha256 ?? []));
    if (hashes.size === 0) return content;
    const unknown = this.#unknown(hashes);
    if (unknown.length > 0) await this.#find(unknown, () => Promise.resolve([]));
    return withOutputs(content, (output) => this.restore(output));
  }

  /** What is kept for nothing that the document still has goes, where that is most of it; with null all. */
  close(ydoc: Y.Doc | null): Promise<void> {
    return this.#alone(async () => {
      if (ydoc === null) return this.#kept.remove();
      await this.#tidy(ydoc);
      await this.#kept.close();
    });
  }

  /** To be called now and then. */
  async tidy(ydoc: Y.Doc): Promise<void> {
    if (this.#putBytes < TIDY_EVERY_BYTES) return;
    await this.#alone(() => this.#tidy(ydoc));
  }

  #keep(outputs: readonly OutputJson[]): Promise<void> {
    const news = outputs.filter((output) => !this.#isKept(output) && mayGo(output));
    if (news.length === 0) return Promise.resolve();
    return this.#alone(async () => {
      const texts = new Map<string, OutputText & { readonly output: OutputJson }>();
      for (const output of news) {
        // What would not come back as it is stays.
        if (!isJson(output)) continue;
        const text = outputText(output);
        texts.set(text.sha256, { ...text, output });
      }
      await this.#put(new Map([...texts].map(([sha256, { text }]) => [sha256, text])));
      for (const { output, ...text } of texts.values()) {
        this.#outputs.set(text.sha256, output);
        this.#lost.delete(text.sha256);
        this.#referenceOf(output, text);
      }
    });
  }

  async #put(texts: ReadonlyMap<string, string>): Promise<void> {
    await this.#kept.put(texts);
    for (const text of texts.values()) this.#putBytes += text.length;
  }

  #isKept(output: OutputJson): boolean {
    const known = this.#references.get(output);
    return known !== undefined && this.#outputs.has(known.sha256);
  }

  #referenceOf(output: OutputJson, text: OutputText): OutputJson {
    const reference = referenceOf(output, text, this.#linkOf(text.sha256));
    this.#references.set(output, { sha256: text.sha256, reference });
    return reference;
  }

  #unknown(hashes: Iterable<string>): string[] {
    return [...hashes].filter((sha256) => !this.#outputs.has(sha256) && !this.#lost.has(sha256));
  }

  #find(hashes: readonly string[], others: () => Promise<readonly NotebookContent[]>): Promise<void> {
    return this.#alone(async () => {
      const missing = new Set(this.#unknown(hashes));
      for (const [sha256, text] of await this.#kept.read(missing)) this.#found(sha256, text, missing);
      const found = new Map<string, string>();
      for (const sha256 of missing) {
        const text = await this.#elsewhere(sha256);
        if (text !== null) found.set(sha256, text);
      }
      if (found.size < missing.size)
        for (const { cells } of await others())
          for (const output of cells.flatMap(({ results }) => results?.outputs ?? [])) {
            const { sha256, text } = outputText(output);
            if (missing.has(sha256)) found.set(sha256, text);
          }
      // From now on this document needs them, whatever becomes of the other.
      await this.#put(found);
      for (const [sha256, text] of found) this.#found(sha256, text, missing);
      for (const sha256 of missing) this.#lost.add(sha256);
    });
  }

  #found(sha256: string, text: string, missing: Set<string>): void {
    const output = JSON.parse(text) as OutputJson;
    // What is damaged is lost.
    if (outputText(output).sha256 !== sha256) return;
    this.#outputs.set(sha256, output);
    missing.delete(sha256);
  }

  async #tidy(ydoc: Y.Doc): Promise<void> {
    this.#putBytes = 0;
    const used = hashesIn(ydoc);
    for (const sha256 of this.#outputs.keys()) if (!used.has(sha256)) this.#outputs.delete(sha256);
    // What was cut a while ago may be pasted still, and costs little.
    await this.#kept.tidy(used);
  }

  #alone<T>(task: () => Promise<T>): Promise<T> {
    const run = this.#queue.then(task, task);
    this.#queue = run.catch(() => undefined); // whoever asked for it is told
    return run;
  }
}

/** A notebook with other outputs. */
export function withOutputs(
  content: NotebookContent,
  change: (output: OutputJson) => OutputJson,
): NotebookContent {
  const cells = content.cells.map((cell) =>
    cell.results === null
      ? cell
      : { ...cell, results: { ...cell.results, outputs: cell.results.outputs.map(change) } },
  );
  return { ...content, cells };
}

/** Of all references in a document. */
function hashesIn(ydoc: Y.Doc): Set<string> {
  const hashes = new Set<string>();
  for (const cell of ydoc.getArray<Y.Map<unknown>>('cells')) {
    const outputs = cell.get('outputs');
    if (!(outputs instanceof Y.Array)) continue;
    for (const output of outputs as Y.Array<unknown>) {
      const reference = output instanceof Y.Map ? referenceIn(output.get('data')) : null;
      if (reference !== null) hashes.add(reference.sha256);
    }
  }
  return hashes;
}

function mayGo(output: OutputJson): boolean {
  const { data, metadata } = output;
  if (readReference(output) !== null) return false;
  if (typeof data === 'object' && data !== null && STAYS in data) return false;
  return !JSON.stringify(metadata ?? {}).includes('"isolated"');
}

function restOf({ source, attachments }: CellContent): number {
  return source.length + (attachments === null ? 0 : JSON.stringify(attachments).length) + 200;
}
