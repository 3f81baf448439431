import { DirListing, type FileBrowser } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';
import { avatar } from './avatar.ts';
import type { Person } from './person.ts';

const BADGE = 'itl-FilePeople';
const MOST_AVATARS = 3;

/** Shows in file browsers who has which file open. */
export class ListingView {
  readonly #listings = new Set<DirListing>();
  readonly #extended = new WeakSet<DirListing.IRenderer>();

  /** @param othersAt others who have the file open */
  constructor(
    private readonly trans: TranslationBundle,
    private readonly othersAt: (path: string) => readonly Person[],
  ) {}

  add(browser: FileBrowser): void {
    const listing = listingIn(browser);
    if (listing === null) return;
    this.#listings.add(listing);
    listing.disposed.connect(() => this.#listings.delete(listing));
    this.#extend(listing.renderer);
    listing.update();
  }

  update(): void {
    for (const listing of this.#listings) listing.update();
  }

  /** JupyterLab offers no other way into its rows, and all its file browsers share one renderer. */
  #extend(renderer: DirListing.IRenderer): void {
    if (this.#extended.has(renderer)) return;
    this.#extended.add(renderer);
    const updateItemNode = renderer.updateItemNode.bind(renderer);
    renderer.updateItemNode = (node, model, ...rest) => {
      updateItemNode(node, model, ...rest);
      this.#decorate(node, model.type === 'directory' ? [] : this.othersAt(model.path));
    };
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
    const names = people.map(({ name }) => name).join(', ');
    const count = this.trans._n('%1 person is here', '%1 people are here', people.length);
    badge.title = `${count}: ${names}`;
    badge.setAttribute('role', 'img');
    badge.setAttribute('aria-label', badge.title);
    badge.append(...people.slice(0, MOST_AVATARS).map(avatar));
    if (people.length > MOST_AVATARS) badge.append(`+${people.length - MOST_AVATARS}`);
    (row.querySelector('.jp-DirListing-itemName') ?? row).append(badge);
  }
}

/** Where the rows of a file browser are. */
export function listingIn(widget: Widget): DirListing | null {
  if (widget instanceof DirListing) return widget;
  for (const child of widget.children()) {
    const listing = listingIn(child);
    if (listing !== null) return listing;
  }
  return null;
}
