import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import { othersByCell, type DocumentPerson } from './document-people.ts';

const MARK = 'itl-CellMark';
/** More names than this become a number. */
const MOST_NAMES = 3;

/** Marks the cells that others are at: a bar in their colour beside the cell, their name above its right corner. */
export class CellMarksView {
  #shown = new Map<string, string>();
  readonly #marked = new Map<string, HTMLElement>();

  constructor(private readonly notebook: Notebook) {}

  /** Touches only cells whose people are others than before. */
  show(people: readonly DocumentPerson[]): void {
    const cells = othersByCell(people);
    const shown = new Map<string, string>();
    for (const [id, those] of cells) {
      const key = those.map(({ name, color, place }) => `${name}\n${color}\n${place?.mode}`).join('\n\n');
      const cell = this.notebook.widgets.find(({ model }) => model.id === id);
      if (cell === undefined) continue;
      shown.set(id, key);
      if (this.#shown.get(id) !== key || this.#marked.get(id)?.parentElement !== cell.node)
        this.#mark(id, cell, those);
    }
    for (const id of this.#shown.keys()) if (!shown.has(id)) this.#unmark(id);
    this.#shown = shown;
  }

  clear(): void {
    for (const id of [...this.#marked.keys()]) this.#unmark(id);
    this.#shown.clear();
  }

  #mark(id: string, cell: Cell, people: readonly DocumentPerson[]): void {
    this.#unmark(id);
    const mark = document.createElement('div');
    mark.className = MARK;
    // The list of people tells the same in words, when it is asked for.
    mark.setAttribute('aria-hidden', 'true');
    const bar = document.createElement('div');
    bar.className = `${MARK}-bar`;
    const parts = people.map(({ color }, index) => {
      const step = 100 / people.length;
      return `${color} ${step * index}% ${step * (index + 1)}%`;
    });
    bar.style.background = `linear-gradient(to bottom, ${parts.join(', ')})`;
    const names = document.createElement('div');
    names.className = `${MARK}-names`;
    for (const person of people.slice(0, MOST_NAMES)) names.append(nameOf(person));
    if (people.length > MOST_NAMES) names.append(moreThan(people.length - MOST_NAMES));
    mark.append(bar, names);
    cell.node.append(mark);
    this.#marked.set(id, mark);
  }

  #unmark(id: string): void {
    this.#marked.get(id)?.remove();
    this.#marked.delete(id);
  }
}

function nameOf({ name, color, place }: DocumentPerson): HTMLElement {
  const element = document.createElement('span');
  element.className = `${MARK}-name`;
  element.style.setProperty('--itl-person', color);
  element.dataset['mode'] = place?.mode ?? 'command';
  element.textContent = name;
  return element;
}

function moreThan(count: number): HTMLElement {
  const element = document.createElement('span');
  element.className = `${MARK}-name itl-mod-more`;
  element.textContent = `+${count}`;
  return element;
}
