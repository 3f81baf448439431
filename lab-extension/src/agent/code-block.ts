import { button, element } from './element.ts';

export interface CodeActions {
  copy(text: string): void;
  /** @returns whether there was a notebook */
  insertBelow(source: string): boolean;
  /** @returns whether there was a cell */
  replaceSelected(source: string): boolean;
}

/** Gives a block of code what a person may want to do with it. */
export function operateCode(block: HTMLElement, actions: CodeActions, say: (text: string) => void): void {
  const code = (block.textContent ?? '').replace(/\n$/, '');
  const box = element('div', 'itl-Agent-code');
  const bar = element('div', 'itl-Agent-codeBar');
  bar.setAttribute('role', 'group');
  bar.setAttribute('aria-label', 'This code');
  bar.append(
    button('Copy', () => {
      actions.copy(code);
      say('Copied.');
    }),
    button('Insert below', () =>
      say(actions.insertBelow(code) ? 'Inserted below the selected cell.' : 'No notebook is open.'),
    ),
    button('Replace cell', () =>
      say(actions.replaceSelected(code) ? 'The selected cell was replaced.' : 'No cell can be replaced.'),
    ),
  );
  block.replaceWith(box);
  // Long lines scroll, also with the keyboard.
  block.tabIndex = 0;
  block.setAttribute('role', 'region');
  block.setAttribute('aria-label', 'Code');
  box.append(bar, block);
}
