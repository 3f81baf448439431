import { Widget } from '@lumino/widgets';
import { button, element } from './element.ts';
import { EntryList } from './entry-list.ts';
import { timeText, type Names } from './entry-text.ts';
import type { HistoryClient, HistoryEntry } from './history-client.ts';
import type { HistoryDetails, RestoreCell } from './history-details.ts';
import type { ReadOnlyEditors } from './read-only-editor.ts';

type Mode = 'changes' | 'now' | 'version';

const MODES: readonly (readonly [Mode, string, string])[] = [
  ['changes', 'What changed', 'Compares it with the version before'],
  ['now', 'Compare with now', 'Compares it with the file as it is now'],
  ['version', 'View', 'Shows all of it'],
];

/** The timeline of one file: its versions, each with what is different, and the way back. */
export class HistoryPanel extends Widget {
  readonly #client: HistoryClient;
  readonly #details: HistoryDetails;
  readonly #editors: ReadOnlyEditors;
  readonly #pathOf: () => string;
  readonly #mayRestore: () => boolean;
  readonly #list: EntryList;
  readonly #title = document.createElement('h2');
  readonly #status = element('div', 'jp-InTheLoop-historyStatus');
  readonly #tools = element('div', 'jp-InTheLoop-historyTools');
  readonly #saves = element('select', 'jp-mod-styled');
  readonly #restoreAll = button(
    'Restore this version',
    'Makes the file what it was, as a new change',
    () => void this.#restore(null),
  );
  readonly #modes = new Map<Mode, HTMLButtonElement>();
  #entries: readonly HistoryEntry[] = [];
  #names: Names = {};
  #next: number | null = null;
  /** The version that is shown, and the one that it is compared with. */
  #chosen: number | null = null;
  #before: number | null = null;
  #mode: Mode = 'changes';
  #asked = 0;

  constructor(deps: {
    readonly client: HistoryClient;
    readonly details: HistoryDetails;
    readonly editors: ReadOnlyEditors;
    readonly pathOf: () => string;
    /** Else it offers nothing to restore: the server would refuse it. */
    readonly mayRestore: () => boolean;
  }) {
    super();
    this.#client = deps.client;
    this.#details = deps.details;
    this.#editors = deps.editors;
    this.#pathOf = deps.pathOf;
    this.#mayRestore = deps.mayRestore;
    this.addClass('jp-InTheLoop-history');
    this.node.setAttribute('role', 'region');
    this.node.tabIndex = -1;
    this.#status.setAttribute('role', 'status');
    this.#list = new EntryList({
      choose: (entry, before) => this.#choose(entry, before),
      more: () => void this.#load(this.#next),
    });
    this.#build();
  }

  /** Asks the server for the newest versions. */
  refresh(): Promise<void> {
    this.#title.textContent = `History of ${this.#name}`;
    this.node.setAttribute('aria-label', this.#title.textContent);
    this.title.label = this.#title.textContent;
    return this.#load(null);
  }

  override dispose(): void {
    this.#details.clear();
    super.dispose();
  }

  protected override onActivateRequest(): void {
    this.node.focus();
  }

  get #rights(): string {
    return this.#mayRestore() ? '' : 'You may only read it: versions can be looked at, and not restored.';
  }

  get #name(): string {
    return this.#pathOf().split('/').at(-1) ?? '';
  }

  #build(): void {
    this.#saves.setAttribute('aria-label', 'Which save');
    this.#tools.append(this.#saves);
    for (const [mode, text, title] of MODES) {
      const choose = button(text, title, () => this.#show(mode));
      this.#modes.set(mode, choose);
      this.#tools.append(choose);
    }
    this.#tools.append(this.#restoreAll);
    this.#tools.hidden = true;
    const head = element('header', 'jp-InTheLoop-historyHead');
    head.append(
      this.#title,
      button('Refresh', 'Asks for versions that came since', () => void this.refresh()),
      this.#status,
    );
    const body = element('div', 'jp-InTheLoop-historyBody');
    const main = element('div', 'jp-InTheLoop-historyMain');
    main.append(this.#tools, this.#details.node);
    body.append(this.#list.node, main);
    this.node.append(head, body);
  }

  async #load(before: number | null): Promise<void> {
    this.#say('Loading…');
    await this.#try(async () => {
      const { entries, names, next } = await this.#client.list(this.#pathOf(), before);
      this.#names = { ...this.#names, ...names };
      this.#entries = before === null ? entries : [...this.#entries, ...entries];
      this.#next = next;
      this.#list.show(this.#entries, this.#names, next !== null);
      this.#say(
        this.#entries.length === 0 ? 'It has no versions yet: it was not saved here so far.' : this.#rights,
      );
      this.#list.chooseFirst();
    });
  }

  #choose(entry: HistoryEntry, before: HistoryEntry | null): void {
    this.#tools.hidden = false;
    this.#restoreAll.hidden = !this.#mayRestore();
    this.#saves.hidden = entry.versions.length < 2;
    this.#saves.replaceChildren(
      ...entry.versions.map((save) => {
        const clock = new Date(save.time).toLocaleTimeString();
        const option = new Option(
          `${clock} ${this.#names[save.who ?? ''] ?? save.who ?? ''}`,
          String(save.id),
        );
        option.disabled = !save.is_kept;
        return option;
      }),
    );
    this.#saves.onchange = () => {
      const ids = entry.versions.map(({ id }) => id);
      const id = Number(this.#saves.value);
      this.#take(id, ids[ids.indexOf(id) + 1] ?? before?.version ?? null);
    };
    // All of the entry; of the first one that is known, what came since its first save.
    const oldest = entry.versions.at(-1)?.id ?? entry.version;
    this.#take(entry.version, before?.version ?? (oldest === entry.version ? null : oldest));
  }

  #take(version: number, before: number | null): void {
    this.#chosen = version;
    this.#before = before;
    this.#show(this.#mode);
  }

  #show(mode: Mode): void {
    this.#mode = mode;
    for (const [each, choose] of this.#modes) choose.setAttribute('aria-pressed', String(each === mode));
    void this.#try(() => this.#draw(mode));
  }

  async #draw(mode: Mode): Promise<void> {
    const version = this.#chosen;
    if (version === null) return;
    const asked = (this.#asked += 1);
    const path = this.#pathOf();
    const of = (id: number): RestoreCell =>
      this.#mayRestore() ? (cell) => void this.#restore([cell.id], id) : null;
    if (mode === 'now') {
      const difference = await this.#client.difference(path, version, 'now');
      if (asked !== this.#asked) return;
      await this.#details.showDifference(difference, this.#editors, { before: of(version), after: null });
    } else if (mode === 'changes' && this.#before !== null) {
      const earlier = this.#before;
      const difference = await this.#client.difference(path, earlier, version);
      if (asked !== this.#asked) return;
      const restore = { before: of(earlier), after: of(version) };
      await this.#details.showDifference(difference, this.#editors, restore);
    } else {
      // The first version that is known has none before it.
      const content = await this.#client.version(path, version);
      if (asked === this.#asked) this.#details.showContent(content, this.#editors, of(version));
    }
  }

  async #restore(cells: readonly string[] | null, id = this.#chosen): Promise<void> {
    if (id === null) return;
    await this.#try(async () => {
      await this.#client.restore(this.#pathOf(), id, cells);
      const what = cells === null ? `The version of ${timeText(this.#saveOf(id), new Date())}` : 'The cell';
      this.#say(`${what} is restored. What was there before stays in the history.`);
      if (this.#mode === 'now') await this.#draw('now');
    });
  }

  #saveOf(id: number): Pick<HistoryEntry, 'time'> {
    const saves = this.#entries.flatMap(({ versions }) => versions);
    return saves.find((save) => save.id === id) ?? { time: new Date().toISOString() };
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#details.clear();
      this.#say(error instanceof Error ? error.message : String(error));
    }
  }

  #say(text: string): void {
    this.#status.textContent = text;
  }
}
