/** A new element with its class and text; for what is shown and not operated. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className: string,
  text = '',
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

export function button(text: string, title: string, click: () => void): HTMLButtonElement {
  const made = element('button', 'jp-Button jp-mod-styled jp-InTheLoop-historyButton', text);
  made.type = 'button';
  made.title = title;
  made.addEventListener('click', click);
  return made;
}
