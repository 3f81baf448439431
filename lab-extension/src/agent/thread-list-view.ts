import type { ThreadSummary } from './agents-client.ts';
import { button, element } from './element.ts';

export interface ThreadActions {
  open(thread: ThreadSummary): void;
  rename(thread: ThreadSummary, title: string): void;
  setPrivate(thread: ThreadSummary, isPrivate: boolean): void;
  exportMarkdown(thread: ThreadSummary): void;
  remove(thread: ThreadSummary): void;
}

/** The conversations that a person may see, those of their notebook first. */
export class ThreadListView {
  readonly node = element('div', 'itl-Agent-threads');
  /** Of the row whose name or end is being decided; it is not drawn anew meanwhile. */
  #busy: string | null = null;

  constructor(
    private readonly actions: ThreadActions,
    private readonly nameOf: (username: string) => string,
    private readonly ownUsername: () => string | null,
  ) {
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', 'Conversations');
  }

  show(threads: readonly ThreadSummary[], path: string | null, current: string | null): void {
    if (this.#busy !== null && threads.some(({ thread_id: id }) => id === this.#busy)) return;
    this.#busy = null;
    const focused = this.node.contains(document.activeElement)
      ? document.activeElement?.getAttribute('data-key')
      : null;
    const here = threads.filter((thread) => path !== null && thread.path === path);
    const free = threads.filter((thread) => thread.path === null);
    const elsewhere = threads.filter((thread) => thread.path !== null && thread.path !== path);
    this.node.replaceChildren(
      ...this.#group('This notebook', here, current),
      ...this.#group('No notebook', free, current),
      ...this.#group('Other notebooks', elsewhere, current),
    );
    if (threads.length === 0)
      this.node.append(element('p', 'itl-Agent-note', 'There are no conversations yet.'));
    if (focused !== null && focused !== undefined)
      this.node.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
  }

  #group(title: string, threads: readonly ThreadSummary[], current: string | null): HTMLElement[] {
    if (threads.length === 0) return [];
    const list = element('ul', 'itl-Agent-threadList');
    list.setAttribute('role', 'list');
    list.setAttribute('aria-label', title);
    list.append(...threads.map((thread) => this.#row(thread, thread.thread_id === current)));
    return [element('h3', '', title), list];
  }

  #row(thread: ThreadSummary, isCurrent: boolean): HTMLElement {
    const row = element('li', 'itl-Agent-threadRow');
    row.dataset['current'] = String(isCurrent);
    const open = button('', () => this.actions.open(thread));
    open.classList.add('itl-Agent-threadOpen');
    open.setAttribute('data-key', thread.thread_id);
    if (isCurrent) open.setAttribute('aria-current', 'true');
    open.append(
      element('strong', '', thread.title),
      element('span', 'itl-Agent-detail', this.#detail(thread)),
    );
    const tools = element('div', 'itl-Agent-row');
    const isOwn = thread.owner === this.ownUsername();
    tools.append(button('Rename', () => this.#rename(row, thread), { label: `Rename ${thread.title}` }));
    if (isOwn) {
      const text = thread.is_private ? 'Share' : 'Make private';
      const label = thread.is_private
        ? `Let everybody on this server see ${thread.title}`
        : `Let nobody but you see ${thread.title}`;
      tools.append(button(text, () => this.actions.setPrivate(thread, !thread.is_private), { label }));
    }
    tools.append(
      button('Export', () => this.actions.exportMarkdown(thread), {
        label: `Download ${thread.title} as Markdown`,
      }),
      button('Delete', () => this.#confirm(row, thread), { label: `Delete ${thread.title}` }),
    );
    row.append(open, tools);
    return row;
  }

  #detail({
    path,
    owner,
    is_private: isPrivate,
    is_at_work: isAtWork,
    last_used: used,
  }: ThreadSummary): string {
    const when = new Date(used).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
    return [isAtWork ? 'at work' : '', isPrivate ? 'private' : '', path ?? '', this.nameOf(owner), when]
      .filter((part) => part !== '')
      .join(' · ');
  }

  #rename(row: HTMLElement, thread: ThreadSummary): void {
    this.#busy = thread.thread_id;
    const form = element('form', 'itl-Agent-row');
    const name = element('input', 'jp-mod-styled itl-Agent-remark');
    name.value = thread.title;
    name.maxLength = 200;
    name.setAttribute('aria-label', `New name of ${thread.title}`);
    const end = (): void => {
      this.#busy = null;
      row.replaceWith(this.#row(thread, row.dataset['current'] === 'true'));
    };
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const title = name.value.trim();
      end();
      if (title !== '' && title !== thread.title) this.actions.rename(thread, title);
    });
    form.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') end();
    });
    form.append(
      name,
      button('Save', () => form.requestSubmit(), { kind: 'accept' }),
      button('Cancel', end),
    );
    row.replaceChildren(form);
    name.select();
  }

  #confirm(row: HTMLElement, thread: ThreadSummary): void {
    this.#busy = thread.thread_id;
    const question = element('div', 'itl-Agent-row');
    question.setAttribute('role', 'alertdialog');
    question.setAttribute('aria-label', `Delete ${thread.title}?`);
    const keep = button('Keep it', () => {
      this.#busy = null;
      row.replaceWith(this.#row(thread, row.dataset['current'] === 'true'));
    });
    const everybody = thread.is_private ? '' : ' for everybody';
    const remove = button(
      'Delete',
      () => {
        this.#busy = null;
        row.remove();
        this.actions.remove(thread);
      },
      { kind: 'warn' },
    );
    question.append(element('span', '', `Delete “${thread.title}”${everybody}?`), remove, keep);
    row.replaceChildren(question);
    keep.focus();
  }
}
