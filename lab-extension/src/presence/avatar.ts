import type { Person } from './person.ts';

/** A person's initials on their colour. Decoration: what it stands beside or in tells the name to screen readers. */
export function avatar(person: Person): HTMLElement {
  const element = document.createElement('span');
  element.className = 'itl-Avatar';
  element.setAttribute('aria-hidden', 'true');
  updateAvatar(element, person);
  return element;
}

export function updateAvatar(element: HTMLElement, person: Person): void {
  element.style.setProperty('--itl-person', person.color);
  element.textContent = person.initials;
}
