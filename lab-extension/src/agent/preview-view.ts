import { changedCells } from './changed-cell.ts';
import type { CellChangesView } from './cell-change-view.ts';
import { element } from './element.ts';
import type { Preview } from './turn-model.ts';

export interface AskedQuestion {
  readonly text: string;
  readonly choices: readonly string[];
}

/** What the model asks the person; null for all that is no question. */
export function questionIn(preview: Preview | null): AskedQuestion | null {
  if (preview?.['kind'] !== 'question') return null;
  const { text, choices } = preview;
  return {
    text: typeof text === 'string' ? text : '',
    choices: Array.isArray(choices) ? choices.filter((choice) => typeof choice === 'string') : [],
  };
}

/** What a call would do. Kinds that this page does not know are shown as they are told. */
export function showPreview(preview: Preview, host: HTMLElement, changes: CellChangesView): void {
  const { kind, cells, text } = preview;
  if (kind === 'cell-diff') {
    host.append(changes.node);
    void changes.show(changedCells(preview));
  } else if (kind === 'code' && Array.isArray(cells)) {
    host.append(changes.node);
    changes.showCode(cells as { cellId: string; source: string }[]);
  } else {
    const isCommand = kind === 'command';
    const shown = typeof text === 'string' ? text : JSON.stringify(preview, null, 2);
    const box = element(isCommand ? 'pre' : 'p', 'itl-Agent-previewText', shown);
    if (isCommand) box.tabIndex = 0;
    host.append(box);
  }
}
