/** A new element with its class and text; for what is shown and not operated. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  text = '',
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

/** @param kind `accept` and `warn` look as JupyterLab's own; `plain` is for rows of small ones */
export function button(
  text: string,
  click: () => void,
  {
    kind = 'plain',
    label = '',
  }: { readonly kind?: 'plain' | 'accept' | 'warn'; readonly label?: string } = {},
): HTMLButtonElement {
  const look = kind === 'plain' ? 'itl-Agent-plain' : `jp-Button jp-mod-styled jp-mod-${kind}`;
  const made = element('button', `itl-Agent-button ${look}`, text);
  made.type = 'button';
  if (label !== '') {
    made.title = label;
    made.setAttribute('aria-label', label);
  }
  made.addEventListener('click', click);
  return made;
}

/** Opens and closes with the keyboard, and says so to screen readers. */
export function disclosure(className: string, summary: string): HTMLDetailsElement {
  const made = element('details', className);
  made.append(element('summary', 'itl-Agent-summary', summary));
  return made;
}

/** Text whose `commands` stand between backticks, as the server's sentences have them. */
export function withCode(text: string): (string | HTMLElement)[] {
  return text
    .split(/`([^`]+)`/)
    .map((piece, index) => (index % 2 === 1 ? element('code', '', piece) : piece));
}
