import type { TranslationBundle } from '@jupyterlab/translation';
import type { Dialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import { avatar, updateAvatar } from './avatar.ts';
import { PERSON_COLORS } from './person-color.ts';
import { initialsOf, type Person } from './person.ts';

export interface Profile {
  readonly name: string;
  readonly color: string;
}

/** The dialog's body in which one chooses one's name and colour. */
export class ProfileView extends Widget implements Dialog.IBodyWidget<Profile> {
  readonly #name = document.createElement('input');
  readonly #avatar: HTMLElement;
  #color: string;

  constructor(trans: TranslationBundle, person: Person) {
    super();
    this.addClass('itl-Profile');
    this.#color = person.color;
    this.#avatar = avatar(person);
    this.#name.className = 'jp-mod-styled itl-Profile-name';
    this.#name.value = person.name;
    this.#name.maxLength = 60;
    this.#name.autocomplete = 'name';
    this.#name.addEventListener('input', () => this.#preview());
    const label = document.createElement('label');
    label.className = 'itl-Profile-label';
    label.append(trans.__('Name'), this.#name);
    const row = document.createElement('div');
    row.className = 'itl-Profile-row';
    row.append(this.#avatar, label);
    const note = document.createElement('p');
    note.className = 'itl-Profile-note';
    note.textContent = trans.__('This is how others see you on this server.');
    this.node.append(row, this.#colors(trans), note);
  }

  getValue(): Profile {
    return { name: this.#name.value.trim(), color: this.#color };
  }

  #colors(trans: TranslationBundle): HTMLElement {
    const fieldset = document.createElement('fieldset');
    fieldset.className = 'itl-Profile-colors';
    const legend = document.createElement('legend');
    legend.textContent = trans.__('Colour');
    fieldset.append(legend);
    for (const { name, value } of PERSON_COLORS) {
      const choice = document.createElement('input');
      choice.type = 'radio';
      choice.name = 'itl-profile-color';
      choice.className = 'itl-Profile-color';
      choice.style.setProperty('--itl-person', value);
      choice.checked = value === this.#color;
      choice.title = name;
      choice.setAttribute('aria-label', name);
      choice.addEventListener('change', () => {
        this.#color = value;
        this.#preview();
      });
      fieldset.append(choice);
    }
    return fieldset;
  }

  #preview(): void {
    const { name, color } = this.getValue();
    updateAvatar(this.#avatar, { username: '', name, initials: initialsOf(name), color });
  }
}
