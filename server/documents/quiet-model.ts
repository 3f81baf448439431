import { YNotebook } from '@jupyter/ydoc';
import type { YFile } from '@jupyter/ydoc';
import type * as Y from 'yjs';

/**
 * Keeps a model from describing each change to listeners, of whom it has none here: it reads all of a text for a letter
 * in it, which was two thirds of the work for an edit. And @jupyter/ydoc 4.2 throws in the middle of a transaction where
 * two set a cell's `execution_state` or `execution_count` at once and the one who lost is heard of later.
 * @param model still empty, so that it is told of every cell
 */
export function quiet(model: YNotebook | YFile): void {
  if (model instanceof YNotebook) {
    model.changed.connect((_notebook, { cellsChange = [] }) => {
      for (const { insert = [] } of cellsChange)
        for (const cell of insert) {
          const describing = cell as unknown as DescribingCell;
          describing.ymodel.unobserveDeep(describing._modelObserver);
          describing.ymodel.observeDeep((describing._modelObserver = describeNothing));
        }
    });
  } else {
    const describing = model as unknown as Describing;
    model.ysource.unobserve(describing._modelObserver);
    model.ysource.observe((describing._modelObserver = describeNothing));
  }
}

/** Its own name for it; it is taken back under the same when the model is disposed of. */
interface Describing {
  _modelObserver: (events: Y.YEvent<Y.AbstractType<unknown>>[] | Y.YTextEvent) => void;
}

interface DescribingCell extends Describing {
  readonly ymodel: Y.Map<unknown>;
}

const describeNothing = (): void => undefined;
