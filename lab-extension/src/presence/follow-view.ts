import type { TranslationBundle } from '@jupyterlab/translation';
import type { Person } from './person.ts';

/** What a person does themselves; the page's own scrolling and focusing are not among it. */
const ACTS = ['pointerdown', 'wheel', 'keydown', 'touchmove'] as const;

/** A frame around the page while somebody is followed, and a button that says whom. Whatever the follower does ends it. */
export class FollowView {
  readonly #node = document.createElement('div');
  readonly #button = document.createElement('button');

  constructor(
    private readonly trans: TranslationBundle,
    private readonly stop: () => void,
  ) {
    this.#node.className = 'itl-Follow';
    this.#node.setAttribute('role', 'status');
    this.#button.type = 'button';
    this.#button.className = 'itl-Follow-button';
    this.#node.append(this.#button);
  }

  show(person: Person | null): void {
    for (const act of ACTS) document.removeEventListener(act, this.#acted, true);
    if (person === null) return this.#node.remove();
    this.#node.style.setProperty('--itl-person', person.color);
    this.#button.textContent = this.trans.__('Following %1', person.name);
    this.#button.title = this.trans.__('Stop following (Escape)');
    document.body.append(this.#node);
    for (const act of ACTS) document.addEventListener(act, this.#acted, { capture: true, passive: true });
  }

  readonly #acted = (event: Event): void => {
    if (!event.isTrusted) return;
    // The list of people is where one chooses whom to follow, and looks who else is here.
    const isInPanel = event.target instanceof Element && event.target.closest('.itl-People') !== null;
    if (isInPanel && !(event instanceof KeyboardEvent && event.key === 'Escape')) return;
    this.stop();
  };
}
