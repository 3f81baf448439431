import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import { avatar } from './avatar.ts';
import type { DocumentPerson } from './document-people.ts';

const MOST_AVATARS = 4;

/** The others who have a document open, in its toolbar. Nothing at all while one is alone. */
export class AvatarsView extends Widget {
  #people: readonly DocumentPerson[] = [];
  #shown = '';

  /**
   * @param goTo called with the person whose avatar is chosen
   * @param showAll called when the number of further people is chosen
   */
  constructor(
    private readonly trans: TranslationBundle,
    private readonly goTo: (person: DocumentPerson) => void,
    private readonly showAll: () => void,
  ) {
    super();
    this.addClass('itl-Avatars');
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', trans.__('People who have this open'));
    this.setHidden(true);
  }

  showPeople(others: readonly DocumentPerson[]): void {
    this.#people = others;
    const shown = JSON.stringify(
      others.map(({ username, name, color, initials }) => [username, name, color, initials]),
    );
    // Where somebody is changes all the time: the buttons stay, and with them the focus.
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.setHidden(others.length === 0);
    const most = others.length > MOST_AVATARS ? MOST_AVATARS - 1 : others.length;
    const more = others.slice(most).map(({ name }) => name);
    this.node.replaceChildren(
      ...others.slice(0, most).map((person) => this.#personButton(person)),
      ...(more.length > 0 ? [this.#moreButton(more)] : []),
    );
  }

  #personButton(person: DocumentPerson): HTMLElement {
    const button = buttonOf(this.trans.__('Go to %1', person.name));
    button.append(avatar(person));
    button.addEventListener('click', () => {
      const now = this.#people.find(({ username }) => username === person.username);
      if (now !== undefined) this.goTo(now);
    });
    return button;
  }

  #moreButton(names: readonly string[]): HTMLElement {
    const button = buttonOf(this.trans.__('%1 more: %2', names.length, names.join(', ')));
    const count = document.createElement('span');
    count.className = 'itl-Avatar itl-mod-more';
    count.textContent = `+${names.length}`;
    button.append(count);
    button.addEventListener('click', () => this.showAll());
    return button;
  }
}

function buttonOf(label: string): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'itl-Avatars-button';
  button.title = label;
  button.setAttribute('aria-label', label);
  return button;
}
