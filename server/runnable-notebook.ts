import { z } from 'zod';
import { chosenKernel } from './chosen-kernel.ts';
import { ContentError } from './contents/content-error.ts';
import type { ContentStore } from './contents/content-store.ts';
import type { ReadNotebookAnswer } from './runs/run-kernels.ts';

const multiline = z.union([z.string(), z.array(z.string()).transform((lines) => lines.join(''))]);
const notebookSchema = z.object({
  metadata: z.object({ kernelspec: z.object({ name: z.string().optional() }).optional() }).catch({}),
  cells: z.array(
    z.object({
      id: z.string().nullable().catch(null),
      cell_type: z.string(),
      source: multiline.catch(''),
      metadata: z
        .object({ tags: z.array(z.unknown()).optional(), in_the_loop: z.unknown() })
        .catch({ in_the_loop: null }),
    }),
  ),
});

/** Whoever has cells run has not seen the notebook's outputs, as one who reads it has. */
const READER = 'server';

/** A notebook's cells as they are in its file. */
export async function runnableNotebook(
  store: Pick<ContentStore, 'get'>,
  path: string,
): Promise<ReadNotebookAnswer> {
  try {
    const asked = { content: true, type: 'notebook', format: null, hash: false } as const;
    const parsed = notebookSchema.safeParse((await store.get(path, asked, READER)).content);
    if (!parsed.success) return { failure: 'unreadable', why: `${path} has no cells that can be read.` };
    const { metadata, cells } = parsed.data;
    return {
      notebook: {
        kernelName: metadata.kernelspec?.name ?? null,
        cells: cells.map(({ id, cell_type: type, source, metadata: { tags = [], in_the_loop: ours } }) => ({
          id,
          isCode: type === 'code',
          source,
          mayFail: tags.includes('raises-exception'),
          kernel: chosenKernel(ours),
        })),
      },
    };
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    return { failure: error.code === 'not-found' ? 'missing' : 'unreadable', why: error.message };
  }
}
