import { element, withCode } from '../agent/element.ts';

/** @param kind `accept` and `warn` look as JupyterLab's own; `plain` is for rows of small ones */
export function button(
  text: string,
  click: () => void,
  {
    kind = 'plain',
    label = '',
  }: { readonly kind?: 'plain' | 'accept' | 'warn'; readonly label?: string } = {},
): HTMLButtonElement {
  const look = kind === 'plain' ? 'itl-Places-plain' : `jp-Button jp-mod-styled jp-mod-${kind}`;
  const made = element('button', `itl-Places-button ${look}`, text);
  made.type = 'button';
  if (label !== '') {
    made.title = label;
    made.setAttribute('aria-label', label);
  }
  made.addEventListener('click', click);
  return made;
}

/** A button that cannot be pressed again before what it does is done. */
export function workButton(
  text: string,
  work: () => Promise<unknown>,
  options: { readonly kind?: 'plain' | 'accept' | 'warn'; readonly label?: string } = {},
): HTMLButtonElement {
  const made = button(
    text,
    () => {
      if (made.getAttribute('aria-disabled') === 'true') return;
      // `disabled` would take the focus away from whoever uses the keyboard.
      made.setAttribute('aria-disabled', 'true');
      void work().finally(() => made.removeAttribute('aria-disabled'));
    },
    options,
  );
  return made;
}

let fields = 0;

/** A control with its name above it, and what it means below it. */
export function labelled(
  name: string,
  control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement,
  help: string,
): { readonly node: HTMLElement; readonly problem: HTMLElement } {
  fields += 1;
  control.id = `itl-Places-field-${fields}`;
  const node = element('div', 'itl-Places-field');
  const label = element('label', 'itl-Places-label', name);
  label.htmlFor = control.id;
  const hint = element('div', 'itl-Places-help');
  hint.append(...withCode(help));
  hint.id = `${control.id}-help`;
  const problem = element('div', 'itl-Places-problem');
  problem.id = `${control.id}-problem`;
  problem.setAttribute('role', 'alert');
  control.setAttribute('aria-describedby', `${hint.id} ${problem.id}`);
  if (control instanceof HTMLInputElement && control.type === 'checkbox') label.prepend(control);
  node.append(label);
  if (control.parentElement === null) node.append(control);
  node.append(hint, problem);
  return { node, problem };
}
