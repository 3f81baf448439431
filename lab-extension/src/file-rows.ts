import { DirListing, type FileBrowser } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import type { Widget } from '@lumino/widgets';

/** Puts something into the rows of file browsers, whenever these are drawn. */
export class FileRows {
  readonly #decorate: (row: HTMLElement, file: Contents.IModel) => void;
  readonly #listings = new Set<DirListing>();
  readonly #extended = new WeakSet<DirListing.IRenderer>();

  /** @param decorate told of each row that is drawn, which may be decorated already */
  constructor(decorate: (row: HTMLElement, file: Contents.IModel) => void) {
    this.#decorate = decorate;
  }

  add(browser: FileBrowser): void {
    const listing = listingIn(browser);
    if (listing === null) return;
    this.#listings.add(listing);
    listing.disposed.connect(() => this.#listings.delete(listing));
    this.#extend(listing.renderer);
    listing.update();
  }

  /** Draws all rows anew. */
  update(): void {
    for (const listing of this.#listings) listing.update();
  }

  /** JupyterLab offers no other way into its rows, and all its file browsers share one renderer. */
  #extend(renderer: DirListing.IRenderer): void {
    if (this.#extended.has(renderer)) return;
    this.#extended.add(renderer);
    const updateItemNode = renderer.updateItemNode.bind(renderer);
    renderer.updateItemNode = (row, file, ...rest) => {
      updateItemNode(row, file, ...rest);
      this.#decorate(row, file);
    };
  }
}

/** Behind a file's name, with words for all. */
export function addBadge(row: HTMLElement, badge: HTMLElement, words: string): void {
  badge.title = words;
  badge.setAttribute('role', 'img');
  badge.setAttribute('aria-label', words);
  (row.querySelector('.jp-DirListing-itemName') ?? row).append(badge);
}

/** Where the rows of a file browser are. */
function listingIn(widget: Widget): DirListing | null {
  if (widget instanceof DirListing) return widget;
  for (const child of widget.children()) {
    const listing = listingIn(child);
    if (listing !== null) return listing;
  }
  return null;
}
