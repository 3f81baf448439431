import { button, element } from './element.ts';
import { changesText, peopleText, timeText, type Names } from './entry-text.ts';
import type { HistoryEntry } from './history-client.ts';

/** The entries of a timeline, newest first; one is chosen by a click, or with the arrow keys. */
export class EntryList {
  readonly node = element('div', 'jp-InTheLoop-historyList');
  readonly #people = element('select', 'jp-mod-styled');
  readonly #list = document.createElement('ol');
  readonly #more: HTMLButtonElement;
  readonly #choose: (entry: HistoryEntry, before: HistoryEntry | null) => void;
  #entries: readonly HistoryEntry[] = [];
  #names: Names = {};
  #chosen: number | null = null;

  constructor(deps: {
    readonly choose: (entry: HistoryEntry, before: HistoryEntry | null) => void;
    readonly more: () => void;
  }) {
    this.#choose = deps.choose;
    this.#people.setAttribute('aria-label', 'Show the versions of');
    this.#people.addEventListener('change', () => this.#draw());
    this.#list.setAttribute('aria-label', 'Versions, newest first');
    this.#list.addEventListener('keydown', (event) => this.#move(event));
    this.#more = button('Show earlier versions', '', deps.more);
    this.node.append(this.#people, this.#list, this.#more);
  }

  /** @param hasMore there are earlier ones */
  show(entries: readonly HistoryEntry[], names: Names, hasMore: boolean): void {
    this.#entries = entries;
    this.#names = names;
    this.#more.hidden = !hasMore;
    const chosen = this.#people.value;
    const people = [...new Set(entries.flatMap((entry) => entry.people))].sort();
    this.#people.replaceChildren(
      new Option('Everybody', ''),
      ...people.map((who) => new Option(names[who] ?? who, who)),
    );
    this.#people.value = people.includes(chosen) ? chosen : '';
    this.#people.hidden = people.length < 2;
    this.#draw();
  }

  /** The newest one, if none is chosen. */
  chooseFirst(): void {
    const [first] = this.#entries;
    if (this.#chosen === null && first !== undefined) this.#take(first);
  }

  #draw(): void {
    const now = new Date();
    const wanted = this.#people.value;
    const shown = this.#entries.filter(({ people }) => wanted === '' || people.includes(wanted));
    this.#list.replaceChildren(
      ...shown.map((entry) => {
        const row = document.createElement('li');
        const choose = element('button', 'jp-InTheLoop-historyEntry');
        choose.type = 'button';
        choose.dataset['version'] = String(entry.version);
        choose.setAttribute('aria-pressed', String(entry.version === this.#chosen));
        const { length } = entry.versions;
        choose.append(
          element('span', 'jp-InTheLoop-historyTime', timeText(entry, now)),
          element('span', 'jp-InTheLoop-historyPeople', peopleText(entry, this.#names)),
          element('span', 'jp-InTheLoop-historyChanges', changesText(entry)),
        );
        if (length > 1) choose.title = `${length} saves`;
        choose.addEventListener('click', () => this.#take(entry));
        row.append(choose);
        return row;
      }),
    );
  }

  #take(entry: HistoryEntry): void {
    this.#chosen = entry.version;
    for (const each of this.#list.querySelectorAll('button'))
      each.setAttribute('aria-pressed', String(each.dataset['version'] === String(entry.version)));
    const place = this.#entries.indexOf(entry);
    this.#choose(entry, this.#entries[place + 1] ?? null);
  }

  #move(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = [...this.#list.querySelectorAll('button')];
    const place = buttons.indexOf(event.target as HTMLButtonElement);
    if (step === undefined || place < 0) return;
    event.preventDefault();
    buttons[place + step]?.focus();
  }
}
