import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { avatar, updateAvatar } from './avatar.ts';
import type { PersonHere } from './people.ts';

/** What can be done with a person in the list. */
export interface PersonActions {
  goTo(person: PersonHere, path: string): void;
  /** Begins to follow, or ends it. */
  follow(person: PersonHere): void;
  /** One's own name and colour. */
  editSelf(): void;
}

/** A person in the list of people. */
export class PersonRow {
  readonly node = document.createElement('li');
  readonly #avatar: HTMLElement;
  readonly #name = document.createElement('span');
  readonly #action = document.createElement('button');
  readonly #documents = document.createElement('ul');
  #person: PersonHere | null = null;
  #shown = '';

  constructor(
    private readonly trans: TranslationBundle,
    private readonly actions: PersonActions,
  ) {
    this.node.className = 'itl-Person';
    this.#avatar = avatar({ username: '', name: '', initials: '', color: '' });
    this.#name.className = 'itl-Person-name';
    this.#action.type = 'button';
    this.#action.className = 'itl-Person-action';
    this.#action.addEventListener('click', () => {
      if (this.#person === null) return;
      if (this.#person.isSelf) this.actions.editSelf();
      else this.actions.follow(this.#person);
    });
    this.#documents.className = 'itl-Person-documents';
    this.#documents.setAttribute('role', 'list');
    const head = document.createElement('div');
    head.className = 'itl-Person-head';
    head.append(this.#avatar, this.#name, this.#action);
    this.node.append(head, this.#documents);
  }

  show(person: PersonHere, isFollowed: boolean): void {
    const shown = JSON.stringify([person, isFollowed]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#person = person;
    updateAvatar(this.#avatar, person);
    this.#name.textContent = person.isSelf ? this.trans.__('%1 (you)', person.name) : person.name;
    this.#name.title = person.name;
    this.node.classList.toggle('itl-mod-followed', isFollowed);
    this.#showAction(person, isFollowed);
    this.#showDocuments(person);
  }

  #showAction(person: PersonHere, isFollowed: boolean): void {
    if (person.isSelf) {
      this.#action.textContent = this.trans.__('Edit');
      this.#action.setAttribute('aria-label', this.trans.__('Edit your name and colour'));
      return;
    }
    this.#action.textContent = isFollowed ? this.trans.__('Following') : this.trans.__('Follow');
    this.#action.setAttribute('aria-label', this.trans.__('Follow %1', person.name));
    this.#action.setAttribute('aria-pressed', String(isFollowed));
    this.#action.title = isFollowed
      ? this.trans.__('Stop following')
      : this.trans.__('Show what %1 looks at, until you do something yourself', person.name);
  }

  #showDocuments(person: PersonHere): void {
    const { current } = person;
    const others = person.documents.filter((path) => path !== current);
    const paths = current === null ? others : [current, ...others];
    // The buttons are reused by place: the focus stays in the list while a person goes from cell to cell.
    for (const [index, path] of paths.entries()) this.#documentAt(index, person, path);
    while (this.#documents.children.length > paths.length) this.#documents.lastElementChild?.remove();
  }

  #documentAt(index: number, person: PersonHere, path: string): void {
    const isCurrent = path === person.current;
    const name = PathExt.basename(path);
    const place =
      isCurrent && person.cell !== null ? this.trans.__('%1 · cell %2', name, person.cell.number) : name;
    const item = this.#documents.children[index] ?? this.#documents.appendChild(document.createElement('li'));
    const button = (item.firstElementChild ?? item.appendChild(newButton())) as HTMLButtonElement;
    button.textContent = place;
    button.classList.toggle('itl-mod-current', isCurrent);
    button.title = path;
    button.setAttribute(
      'aria-label',
      isCurrent && !person.isSelf
        ? this.trans.__('Go to where %1 is: %2', person.name, place)
        : this.trans.__('Open %1', path),
    );
    button.onclick = () => {
      if (this.#person !== null) this.actions.goTo(this.#person, path);
    };
  }
}

function newButton(): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'itl-Person-document';
  return button;
}
