import type { TranslationBundle } from '@jupyterlab/translation';
import { usersIcon } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import type { PersonHere } from './people.ts';
import { PersonRow, type PersonActions } from './person-row.ts';

/** All who are here: what they have open, where they are, and ways to go there or along with them. */
export class PeoplePanel extends Widget {
  readonly #heading = document.createElement('h2');
  readonly #list = document.createElement('ul');
  readonly #alone = document.createElement('p');
  readonly #rows = new Map<string, PersonRow>();
  #people: readonly PersonHere[] = [];
  #followed: string | null = null;

  constructor(
    private readonly trans: TranslationBundle,
    private readonly actions: PersonActions,
  ) {
    super();
    this.id = 'in-the-loop-people';
    this.title.icon = usersIcon;
    this.title.caption = trans.__('People');
    this.addClass('itl-People');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('People'));
    this.#heading.className = 'itl-People-heading';
    this.#list.className = 'itl-People-list';
    // Lists without bullets are no lists to some screen readers unless they are told.
    this.#list.setAttribute('role', 'list');
    this.#alone.className = 'itl-People-alone';
    this.#alone.textContent = trans.__(
      'Nobody else is here. People who open this server, each with a name of their own, appear here at once.',
    );
    this.node.append(this.#heading, this.#list, this.#alone);
    this.showPeople([]);
  }

  showPeople(people: readonly PersonHere[]): void {
    this.#people = people;
    this.#heading.textContent = this.trans._n('%1 person is here', '%1 people are here', people.length);
    this.#alone.hidden = people.some(({ isSelf }) => !isSelf);
    for (const [username, row] of this.#rows)
      if (!people.some((person) => person.username === username)) {
        row.node.remove();
        this.#rows.delete(username);
      }
    // Rows stay the same elements, so that the focus stays where it is while others come, go and move about.
    for (const [index, person] of people.entries()) {
      const row = this.#rows.get(person.username) ?? new PersonRow(this.trans, this.actions);
      this.#rows.set(person.username, row);
      row.show(person, person.username === this.#followed);
      if (this.#list.children[index] !== row.node)
        this.#list.insertBefore(row.node, this.#list.children[index] ?? null);
    }
  }

  showFollowed(username: string | null): void {
    this.#followed = username;
    this.showPeople(this.#people);
  }
}
