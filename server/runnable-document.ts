import type * as Y from 'yjs';
import { chosenKernel } from './chosen-kernel.ts';
import type { ReadNotebookAnswer, RunnableCell } from './runs/run-kernels.ts';
import type { SharedDocument } from './shared-document.ts';

/** A notebook's cells as they are in its shared document; null for what is none. */
export function runnableDocument(document: SharedDocument | null): ReadNotebookAnswer | null {
  if (document?.kind.type !== 'notebook') return null;
  const metadata = document.ydoc.getMap('meta').get('metadata') as YMap | undefined;
  const kernelspec = metadata?.get('kernelspec') as { readonly name?: unknown } | undefined;
  const name = kernelspec?.name;
  return {
    notebook: {
      kernelName: typeof name === 'string' ? name : null,
      cells: document.ydoc.getArray<YMap>('cells').map(runnableCell),
    },
  };
}

type YMap = Y.Map<unknown>;

function runnableCell(cell: YMap): RunnableCell {
  const id = cell.get('id');
  const metadata = cell.get('metadata') as YMap | undefined;
  const tags = metadata?.get('tags');
  return {
    id: typeof id === 'string' ? id : null,
    isCode: cell.get('cell_type') === 'code',
    source: (cell.get('source') as Y.Text | undefined)?.toJSON() ?? '',
    mayFail: Array.isArray(tags) && tags.includes('raises-exception'),
    kernel: chosenKernel(metadata?.get('in_the_loop')),
  };
}
