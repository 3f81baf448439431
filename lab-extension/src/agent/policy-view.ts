import type { Decision, Effect, Policy } from './agents-client.ts';
import { button, element } from './element.ts';
import { toolText } from './tool-text.ts';

const EFFECTS: readonly (readonly [Effect, string, Decision])[] = [
  ['reads', 'Read notebooks, files and variables', 'allow'],
  ['edits', 'Change cells', 'ask'],
  ['runs', 'Run code', 'ask'],
  ['destroys', 'Destroy what cannot be had back, as a restart does', 'ask'],
];
const DECISIONS: readonly (readonly [Decision, string])[] = [
  ['allow', 'without asking'],
  ['ask', 'asks first'],
  ['never', 'never'],
];
const STRICTNESS: Readonly<Record<Decision, number>> = { allow: 0, ask: 1, never: 2 };

/** What the assistant may do for this person, everywhere or in one notebook. */
export function policyView(
  title: string,
  { policy, limits }: { readonly policy: Policy; readonly limits: Policy },
  save: (policy: Policy) => void,
): HTMLElement {
  const box = element('section', 'itl-Agent-policy');
  box.setAttribute('aria-label', title);
  box.append(element('h3', '', title));
  for (const [effect, text, otherwise] of EFFECTS) {
    const limit = limits.effects[effect];
    const chosen = policy.effects[effect];
    const choice = decisionSelect(
      text,
      limit,
      chosen ?? '',
      `as usual: ${wordOf(stricter(otherwise, limit))}`,
      (to) => {
        const rest = without(policy.effects, effect);
        save({ ...policy, effects: to === '' ? rest : { ...rest, [effect]: to } });
      },
    );
    box.append(row(text, choice, limit));
  }
  for (const [tool, decision] of Object.entries(policy.tools)) {
    const text = toolText(tool);
    const limit = limits.tools[tool];
    const forget = (): void => {
      save({ ...policy, tools: without(policy.tools, tool) });
    };
    const choice = decisionSelect(text, limit, decision, null, (to) => {
      if (to !== '') save({ ...policy, tools: { ...policy.tools, [tool]: to } });
    });
    const line = row(text, choice, limit);
    line.append(button('Forget', forget, { label: `Forget what you said of: ${text}` }));
    box.append(line);
  }
  return box;
}

function row(text: string, choice: HTMLElement, limit: Decision | undefined): HTMLElement {
  const line = element('div', 'itl-Agent-policyRow');
  line.append(element('span', '', text), choice);
  if (limit !== undefined && limit !== 'allow')
    line.append(
      element(
        'span',
        'itl-Agent-detail',
        limit === 'never'
          ? 'Not allowed by your administrators.'
          : 'Your administrators want to be asked for it.',
      ),
    );
  return line;
}

/** @param usual what no choice means; null where there must be one */
function decisionSelect(
  text: string,
  limit: Decision | undefined,
  chosen: Decision | '',
  usual: string | null,
  change: (to: Decision | '') => void,
): HTMLSelectElement {
  const choice = element('select', '');
  choice.setAttribute('aria-label', text);
  if (usual !== null) choice.append(new Option(usual, ''));
  for (const [decision, word] of DECISIONS) {
    const option = new Option(word, decision);
    option.disabled = STRICTNESS[decision] < STRICTNESS[limit ?? 'allow'];
    choice.append(option);
  }
  choice.value = chosen;
  choice.addEventListener('change', () => change(choice.value as Decision | ''));
  return choice;
}

function without<Value>(record: Readonly<Record<string, Value>>, key: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([each]) => each !== key));
}

function stricter(one: Decision, other: Decision = 'allow'): Decision {
  return STRICTNESS[one] >= STRICTNESS[other] ? one : other;
}

function wordOf(decision: Decision): string {
  return DECISIONS.find(([each]) => each === decision)?.[1] ?? decision;
}
