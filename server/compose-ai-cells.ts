import { isAiCell, MARK } from './ai-cells/ai-cell.ts';
import type { AiCells } from './ai-cells/ai-cells.ts';
import type { ComposedModels } from './compose-models.ts';
import type { ContentStore } from './contents/content-store.ts';
import type { CellAnswerer } from './kernels/cell-answerer.ts';

export interface ComposedAiCells extends CellAnswerer {
  /** From now on notebooks can be read, as they are in the documents that are open; cells that mention others wait for it. */
  readFrom(contents: Pick<ContentStore, 'get'>): void;
}

/** Cells that begin with `%%ai`: what answers them is loaded with the first. Kernels go on with some before there are files. */
export function composeAiCells(models: ComposedModels): ComposedAiCells {
  const readable = Promise.withResolvers<Pick<ContentStore, 'get'>>();
  let loading: Promise<AiCells> | null = null;
  async function load(): Promise<AiCells> {
    const [{ AiCells }, { toldCells }] = await Promise.all([
      import('./ai-cells/ai-cells.ts'),
      import('./ai-cells/told-cells.ts'),
    ]);
    return new AiCells({
      openModel: (id) => models.open(id),
      async chooseModel() {
        const { defaultModel: id, providers } = await (await models.catalogue()).list();
        const problems = providers.flatMap(({ name, problem }) =>
          problem === null ? [] : [`${name}: ${problem.message}`],
        );
        return { id, problems };
      },
      async tellOfCells(path, mentions) {
        const asked = { content: true, type: 'notebook', format: null, hash: false } as const;
        const { content } = await (await readable.promise).get(path, asked, 'server');
        return toldCells(content, mentions);
      },
    });
  }
  return {
    readFrom: readable.resolve,
    mark: MARK,
    answers: isAiCell,
    answer: async (cell) => (await (loading ??= load())).answer(cell),
  };
}
