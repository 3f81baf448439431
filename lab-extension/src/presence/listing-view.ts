import type { FileBrowser } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';
import { addBadge, FileRows } from '../file-rows.ts';
import { avatar } from './avatar.ts';
import type { Person } from './person.ts';

const BADGE = 'itl-FilePeople';
const MOST_AVATARS = 3;

/** Shows in file browsers who has which file open. */
export class ListingView {
  readonly #rows: FileRows;

  /** @param othersAt others who have the file open */
  constructor(
    private readonly trans: TranslationBundle,
    othersAt: (path: string) => readonly Person[],
  ) {
    this.#rows = new FileRows((row, { type, path }) =>
      this.#decorate(row, type === 'directory' ? [] : othersAt(path)),
    );
  }

  add(browser: FileBrowser): void {
    this.#rows.add(browser);
  }

  update(): void {
    this.#rows.update();
  }

  #decorate(row: HTMLElement, people: readonly Person[]): void {
    const before = row.querySelector<HTMLElement>(`.${BADGE}`);
    const shown = people.map(({ name, color, initials }) => `${name}\n${color}\n${initials}`).join('\n\n');
    if (shown === (before?.dataset['shown'] ?? '')) return;
    before?.remove();
    if (people.length === 0) return;
    const badge = document.createElement('span');
    badge.className = BADGE;
    badge.dataset['shown'] = shown;
    badge.append(...people.slice(0, MOST_AVATARS).map(avatar));
    if (people.length > MOST_AVATARS) badge.append(`+${people.length - MOST_AVATARS}`);
    const names = people.map(({ name }) => name).join(', ');
    const count = this.trans._n('%1 person is here', '%1 people are here', people.length);
    addBadge(row, badge, `${count}: ${names}`);
  }
}
