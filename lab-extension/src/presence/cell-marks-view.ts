import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';
import { othersByCell, type CellPeople, type DocumentPerson } from './document-people.ts';

const MARK = 'itl-CellMark';
/** More names than this become a number. */
const MOST_NAMES = 3;

/**
 * Marks the cells that others are at: a bar in their colour beside the cell, their name above its right corner. Cells that
 * they have selected besides get a paler bar.
 */
export class CellMarksView {
  #shown = new Map<string, string>();
  readonly #marked = new Map<string, HTMLElement>();

  constructor(private readonly notebook: Notebook) {}

  /** Touches only cells whose people are others than before. */
  show(people: readonly DocumentPerson[]): void {
    const widgets = new Map(this.notebook.widgets.map((cell) => [cell.model.id, cell]));
    const shown = new Map<string, string>();
    for (const [id, those] of othersByCell(people)) {
      const key = JSON.stringify([those.active.map(look), those.selecting.map(look)]);
      const cell = widgets.get(id);
      if (cell === undefined) continue;
      shown.set(id, key);
      if (this.#shown.get(id) !== key || this.#marked.get(id)?.parentElement !== cell.node)
        this.#mark(id, cell, those);
    }
    for (const id of this.#shown.keys()) if (!shown.has(id)) this.#unmark(id);
    this.#shown = shown;
  }

  #mark(id: string, cell: Cell, { active, selecting }: CellPeople): void {
    this.#unmark(id);
    const mark = document.createElement('div');
    mark.className = MARK;
    // The list of people tells the same in words, when it is asked for.
    mark.setAttribute('aria-hidden', 'true');
    const bar = document.createElement('div');
    bar.className = `${MARK}-bar`;
    const colors = [...active.map(({ color }) => color), ...selecting.map(({ color }) => paler(color))];
    const step = 100 / colors.length;
    const parts = colors.map((color, index) => `${color} ${step * index}% ${step * (index + 1)}%`);
    bar.style.background = `linear-gradient(to bottom, ${parts.join(', ')})`;
    const names = document.createElement('div');
    names.className = `${MARK}-names`;
    for (const person of active.slice(0, MOST_NAMES)) names.append(nameOf(person));
    if (active.length > MOST_NAMES) names.append(moreThan(active.length - MOST_NAMES));
    mark.append(bar, names);
    cell.node.append(mark);
    this.#marked.set(id, mark);
  }

  #unmark(id: string): void {
    this.#marked.get(id)?.remove();
    this.#marked.delete(id);
  }
}

/** All of a person that a mark shows. */
function look({ name, color }: DocumentPerson): string[] {
  return [name, color];
}

function paler(color: string): string {
  return `color-mix(in srgb, ${color} 40%, transparent)`;
}

function nameOf({ name, color }: DocumentPerson): HTMLElement {
  const element = document.createElement('span');
  element.className = `${MARK}-name`;
  element.style.setProperty('--itl-person', color);
  element.textContent = name;
  return element;
}

function moreThan(count: number): HTMLElement {
  const element = document.createElement('span');
  element.className = `${MARK}-name itl-mod-more`;
  element.textContent = `+${count}`;
  return element;
}
