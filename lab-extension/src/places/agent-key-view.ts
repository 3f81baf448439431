import { Clipboard } from '@jupyterlab/apputils';
import type { RuntimeAgentKey } from '../../../server/wire/places-api.ts';
import { element } from '../agent/element.ts';
import { button } from './controls.ts';

/** The command that makes a machine dial in. Its key is shown here and never again. */
export class AgentKeyView {
  readonly node = element('section', 'itl-Places-form');
  readonly #heading: HTMLElement;

  constructor({ agent, command }: RuntimeAgentKey, closed: () => void) {
    this.#heading = element('h3', '', `Connect ${agent.title}`);
    this.#heading.tabIndex = -1;
    this.node.setAttribute('aria-label', `Connect ${agent.title}`);
    const code = element('pre', 'itl-Places-command', command);
    code.tabIndex = 0;
    code.setAttribute('aria-label', 'Command for that machine');
    const note = element('div', 'itl-Places-help');
    note.setAttribute('role', 'status');
    const row = element('div', 'itl-Places-row');
    row.append(
      button(
        'Copy the command',
        () => {
          Clipboard.copyToSystem(command);
          note.textContent = 'Copied.';
        },
        { kind: 'accept' },
      ),
      button('Done', closed),
    );
    this.node.append(
      this.#heading,
      element(
        'p',
        '',
        'Run this in a terminal of the machine. It is shown only now: the key in it is stored nowhere.',
      ),
      code,
      row,
      note,
      element(
        'p',
        'itl-Places-help',
        'The machine connects to this server, and nothing connects to the machine. Its kernels appear in the list as soon as it does. Anybody with this command can offer kernels in its name: to take the key back, revoke it in the list.',
      ),
    );
  }

  focus(): void {
    this.#heading.focus();
  }
}
