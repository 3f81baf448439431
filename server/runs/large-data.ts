import type { BlobId, BlobStore } from '../../event-log/blob-store.ts';
import type { KernelRuns } from './kernel-runs.ts';
import type { JsonObject, RichOutput } from './nbformat-output.ts';
import type { AreaDisplay, OutputArea } from './output-area.ts';

/** One representation of an output that is kept apart. */
export interface LargeDatum {
  readonly mimeType: string;
  readonly blob: BlobId;
  /** As it is; else as JSON. */
  readonly isText: boolean;
}

/**
 * Large images and tables in a checkpoint: stored once by their content, however many cells show them and however often the
 * checkpoint is written. In memory they stay what they are.
 */
export class LargeData {
  readonly #blobs: BlobStore;
  readonly #atLeast: number;
  /** Outputs are never changed, only replaced. */
  readonly #kept = new WeakMap<RichOutput, readonly LargeDatum[]>();

  /** @param atLeast so long is large, in code units */
  constructor(blobs: BlobStore, atLeast: number) {
    this.#blobs = blobs;
    this.#atLeast = atLeast;
  }

  /** Puts what is large into the store. @throws BlobStoreError */
  async keep(runs: KernelRuns): Promise<void> {
    for (const { output } of displaysOf(runs))
      if (output.output_type !== 'error' && !this.#kept.has(output))
        this.#kept.set(output, await this.#put(output.data));
  }

  /** Calls `write` while what was kept is not in the state. @returns also which blobs it needs */
  aside<Result>(runs: KernelRuns, write: () => Result): { result: Result; blobs: Set<BlobId> } {
    const moved = new Map<AreaDisplay, RichOutput>();
    const blobs = new Set<BlobId>();
    for (const display of displaysOf(runs)) {
      const { output } = display;
      const large = this.#kept.get(output) ?? [];
      if (large.length === 0 || output.output_type === 'error') continue;
      moved.set(display, output);
      const data = { ...output.data };
      for (const { mimeType, blob } of large) {
        delete data[mimeType];
        blobs.add(blob);
      }
      display.output = { ...output, data };
      display.large = large;
    }
    try {
      return { result: write(), blobs };
    } finally {
      for (const [display, output] of moved) {
        display.output = output;
        delete display.large;
      }
    }
  }

  /** Makes a state that was read whole again. @throws BlobStoreError */
  async bringBack(runs: KernelRuns): Promise<void> {
    for (const display of displaysOf(runs)) {
      const { large, output } = display;
      if (large === undefined || output.output_type === 'error') continue;
      const data: Record<string, unknown> = { ...output.data };
      for (const { mimeType, blob, isText } of large) {
        const text = (await this.#blobs.get(blob)).toString();
        data[mimeType] = isText ? text : JSON.parse(text);
      }
      display.output = { ...output, data };
      delete display.large;
    }
  }

  async #put(data: JsonObject): Promise<LargeDatum[]> {
    const large: LargeDatum[] = [];
    for (const [mimeType, value] of Object.entries(data)) {
      const isText = typeof value === 'string';
      const text = isText ? value : JSON.stringify(value);
      // What is no Unicode would not come back as it was.
      if (text === undefined || text.length < this.#atLeast || !text.isWellFormed()) continue;
      large.push({ mimeType, blob: (await this.#blobs.put(Buffer.from(text))).id, isText });
    }
    return large;
  }
}

function displaysOf({ folder }: KernelRuns): Set<AreaDisplay> {
  const displays = new Set<AreaDisplay>();
  for (const { area } of [...folder.runs.values(), ...folder.widgets.byComm.values()])
    for (const item of itemsOf(area)) if (item.kind === 'display') displays.add(item);
  return displays;
}

const itemsOf = ({ items, tail }: OutputArea): OutputArea['items'] =>
  tail === null ? items : [...items, ...tail.items];
