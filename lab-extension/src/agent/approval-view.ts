import { button, element } from './element.ts';
import type { AskedQuestion } from './preview-view.ts';
import type { ApprovalScope } from './turn-model.ts';

/** @returns whether the server took it */
export type Decide = (isApproved: boolean, scope: ApprovalScope, remark: string | null) => Promise<boolean>;

const SCOPES: readonly (readonly [ApprovalScope, string])[] = [
  ['call', 'this once'],
  ['turn', 'for this turn'],
  ['notebook', 'in this notebook'],
  ['always', 'always'],
];

/** Yes or no to one call, for how long, and what the person has to say about it. */
export function approvalForm(title: string, hasNotebook: boolean, decide: Decide): HTMLElement {
  const form = element('div', 'itl-Agent-approval');
  form.setAttribute('role', 'group');
  form.setAttribute('aria-label', `Approval: ${title}`);
  const scope = element('select', 'itl-Agent-scope');
  scope.setAttribute('aria-label', 'How long the approval counts');
  for (const [value, text] of SCOPES)
    if (hasNotebook || value !== 'notebook') scope.append(new Option(text, value));
  const remark = element('input', 'jp-mod-styled itl-Agent-remark');
  remark.type = 'text';
  remark.placeholder = 'Say something about it (optional)';
  remark.setAttribute('aria-label', 'What you have to say to the model about it');
  const send = (isApproved: boolean): void => {
    const said = remark.value.trim();
    const chosen = isApproved ? (scope.value as ApprovalScope) : 'call';
    void sending(form, () => decide(isApproved, chosen, said === '' ? null : said));
  };
  const buttons = element('div', 'itl-Agent-row');
  buttons.append(
    button('Approve', () => send(true), { kind: 'accept', label: `Approve: ${title}` }),
    scope,
    button('Reject', () => send(false), { kind: 'warn', label: `Reject: ${title}` }),
  );
  form.append(buttons, remark);
  return form;
}

/** The model asks the person: one of its choices, or words of their own. */
export function questionForm({ text, choices }: AskedQuestion, decide: Decide): HTMLElement {
  const form = element('form', 'itl-Agent-approval');
  form.setAttribute('aria-label', 'The assistant asks you');
  const answer = (words: string): void => void sending(form, () => decide(true, 'call', words));
  const row = element('div', 'itl-Agent-row');
  row.append(...choices.map((choice) => button(choice, () => answer(choice), { kind: 'accept' })));
  const words = element('textarea', 'itl-Agent-remark');
  words.rows = 2;
  words.placeholder = choices.length > 0 ? 'Or in your own words' : 'Your answer';
  words.setAttribute('aria-label', 'Your answer');
  words.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (words.value.trim() !== '') answer(words.value.trim());
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (words.value.trim() !== '') answer(words.value.trim());
  });
  const send = button('Answer', () => form.requestSubmit(), { kind: 'accept' });
  const refuse = button('Do not answer', () => void sending(form, () => decide(false, 'call', null)), {
    kind: 'warn',
  });
  const ending = element('div', 'itl-Agent-row');
  ending.append(send, refuse);
  form.append(element('p', 'itl-Agent-question', text), row, words, ending);
  return form;
}

/** Nothing is decided twice; what the server does not take can be tried again. */
async function sending(form: HTMLElement, send: () => Promise<boolean>): Promise<void> {
  const controls = [...form.querySelectorAll<HTMLButtonElement>('button, input, select, textarea')];
  for (const control of controls) control.disabled = true;
  if (!(await send())) for (const control of controls) control.disabled = false;
}
