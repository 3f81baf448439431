import type { SentContext } from './agents-client.ts';
import { element } from './element.ts';

const TOLD: Readonly<Record<string, string>> = {
  whole: 'whole',
  shortened: 'shortened',
  outline: 'only its outline',
  not: 'left out',
};

/** Exactly what the model was told of the notebook, and what became of the rest. */
export function contextView({ content, account = [] }: SentContext): HTMLElement {
  const box = element('div', 'itl-Agent-context');
  if (content.length === 0) box.append(element('p', '', 'Nothing but the question was sent.'));
  if (account.length > 0) {
    const list = element('ul', 'itl-Agent-account');
    for (const { item, name, reason, told, tokens } of account) {
      const what = [item, name].filter(Boolean).join(' ');
      const why = reason === null ? '' : ` (${reason})`;
      list.append(element('li', '', `${what}${why}: ${TOLD[told] ?? told}, about ${tokens} tokens`));
    }
    box.append(list);
  }
  for (const part of content) {
    if (part.type === 'text') {
      const text = element('pre', 'itl-Agent-block', part.text);
      text.tabIndex = 0;
      box.append(text);
    } else {
      const image = element('img', 'itl-Agent-image');
      image.alt = part.description || 'Picture';
      image.src = `data:${part.mediaType};base64,${part.data}`;
      box.append(image);
    }
  }
  return box;
}
