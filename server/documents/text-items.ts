import * as Y from 'yjs';

/** A piece of a shared text as one client has put it in. */
export interface TextItem {
  readonly item: Y.Item;
  readonly text: string;
}

/** The pieces of a shared text whose characters are still known, in order, also those that are deleted. */
export function textItems(ytext: Y.Text | null): TextItem[] {
  const items: TextItem[] = [];
  for (let item = ytext?._start ?? null; item !== null; item = item.right)
    if (item.content instanceof Y.ContentString) items.push({ item, text: item.content.str });
  return items;
}

/** Text that is to come into another one. */
export interface TextRun {
  /** Where, in the text around it. */
  readonly at: number;
  readonly text: string;
}

/** Parts a text: what belongs to it, and what has come into it besides. */
export class SplitText {
  context = '';
  readonly runs: TextRun[] = [];

  add(text: string, isRun: boolean): void {
    if (text === '') return;
    if (!isRun) {
      this.context += text;
      return;
    }
    const last = this.runs.at(-1);
    if (last?.at === this.context.length) this.runs.splice(-1, 1, { at: last.at, text: last.text + text });
    else this.runs.push({ at: this.context.length, text });
  }
}
