import type { FileBrowser } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';
import { addBadge, FileRows } from '../file-rows.ts';
import { addStyleSheet } from '../style-sheet.ts';
import type { ILiveConnection } from '../tokens.ts';

const BADGE = 'jp-InTheLoop-offlineFile';
const STYLE = `.${BADGE} { margin-left: 6px; }`;

/** While the server is away, marks in file browsers which files open without it. */
export class OfflineFiles {
  readonly #rows = new FileRows((row, { path }) => this.#decorate(row, this.#paths.has(path)));
  #paths: ReadonlySet<string> = new Set();

  /** @param available what this browser keeps */
  constructor(
    private readonly connection: Pick<ILiveConnection, 'status' | 'statusChanged'>,
    private readonly available: () => Promise<readonly { readonly path: string }[]>,
    private readonly trans: TranslationBundle,
  ) {
    addStyleSheet('offline-files', STYLE);
    connection.statusChanged.connect(() => void this.#look());
    void this.#look();
  }

  add(browser: FileBrowser): void {
    this.#rows.add(browser);
  }

  async #look(): Promise<void> {
    const known = this.#isAway ? await this.available() : [];
    const before = this.#paths.size;
    // The server may be back by now.
    this.#paths = new Set(this.#isAway ? known.map(({ path }) => path) : []);
    if (before > 0 || this.#paths.size > 0) this.#rows.update();
  }

  get #isAway(): boolean {
    const { kind } = this.connection.status;
    return kind === 'reconnecting' || kind === 'offline';
  }

  #decorate(row: HTMLElement, isKept: boolean): void {
    const before = row.querySelector(`.${BADGE}`);
    if (isKept === (before !== null)) return;
    before?.remove();
    if (!isKept) return;
    const badge = document.createElement('span');
    badge.className = BADGE;
    badge.textContent = '✓';
    addBadge(row, badge, this.trans.__('Opens without the server'));
  }
}
