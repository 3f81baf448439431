import type { DirListing, FileBrowser } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';
import { listingIn } from '../presence/listing-view.ts';
import { addStyleSheet } from '../style-sheet.ts';
import type { ILiveConnection } from '../tokens.ts';

const BADGE = 'jp-InTheLoop-offlineFile';
const STYLE = `.${BADGE} { margin-left: 6px; }`;

/** While the server is away, marks in file browsers which files open without it. */
export class OfflineFiles {
  readonly #listings = new Set<DirListing>();
  readonly #extended = new WeakSet<DirListing.IRenderer>();
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
    const listing = listingIn(browser);
    if (listing === null) return;
    this.#listings.add(listing);
    listing.disposed.connect(() => this.#listings.delete(listing));
    this.#extend(listing.renderer);
    listing.update();
  }

  async #look(): Promise<void> {
    const known = this.#isAway ? await this.available() : [];
    const before = this.#paths.size;
    // The server may be back by now.
    this.#paths = new Set(this.#isAway ? known.map(({ path }) => path) : []);
    if (before > 0 || this.#paths.size > 0) for (const listing of this.#listings) listing.update();
  }

  get #isAway(): boolean {
    const { kind } = this.connection.status;
    return kind === 'reconnecting' || kind === 'offline';
  }

  /** As for the avatars there: JupyterLab offers no other way into its rows. */
  #extend(renderer: DirListing.IRenderer): void {
    if (this.#extended.has(renderer)) return;
    this.#extended.add(renderer);
    const updateItemNode = renderer.updateItemNode.bind(renderer);
    renderer.updateItemNode = (node, model, ...rest) => {
      updateItemNode(node, model, ...rest);
      this.#decorate(node, this.#paths.has(model.path));
    };
  }

  #decorate(row: HTMLElement, isKept: boolean): void {
    const before = row.querySelector(`.${BADGE}`);
    if (isKept === (before !== null)) return;
    before?.remove();
    if (!isKept) return;
    const badge = document.createElement('span');
    badge.className = BADGE;
    badge.textContent = '✓';
    badge.title = this.trans.__('Opens without the server');
    badge.setAttribute('role', 'img');
    badge.setAttribute('aria-label', badge.title);
    (row.querySelector('.jp-DirListing-itemName') ?? row).append(badge);
  }
}
