import type { ModelCheck, ModelList } from './agents-client.ts';
import { button, element, withCode } from './element.ts';

/** What works, and why the rest does not. */
export function modelStatusView(
  list: ModelList,
  deps: { readonly check: (model: string) => Promise<ModelCheck>; readonly refresh: () => void },
): HTMLElement {
  const box = element('section', 'itl-Agent-models');
  box.setAttribute('aria-label', 'Models');
  const head = element('div', 'itl-Agent-row');
  head.append(element('h3', '', 'Models'), button('Look again', deps.refresh));
  box.append(head);
  for (const { name, problem, models } of list.providers) {
    const provider = element('div', 'itl-Agent-provider');
    const title = element('h4', '', name);
    provider.append(title);
    if (problem !== null) {
      const said = element('p', 'itl-Agent-problem');
      said.append(...withCode(problem.message));
      provider.append(said);
    }
    const rows = element('ul', 'itl-Agent-threadList');
    rows.setAttribute('role', 'list');
    for (const model of models) {
      const row = element('li', 'itl-Agent-modelRow');
      const said = element('span', 'itl-Agent-detail');
      said.setAttribute('role', 'status');
      const facts = [
        model.takes_images ? 'takes pictures' : '',
        model.takes_tools === false ? 'cannot use tools: it only talks' : '',
        model.context_tokens === null ? '' : `${model.context_tokens.toLocaleString()} tokens`,
      ].filter((fact) => fact !== '');
      const tryIt = button(
        'Try it',
        () => {
          tryIt.disabled = true;
          said.textContent = 'Asking…';
          deps
            .check(model.id)
            .then(
              (check) =>
                (said.textContent = check.works
                  ? `It works: answered in ${(check.milliseconds / 1000).toFixed(1)} s.`
                  : check.message),
              (error: unknown) => (said.textContent = error instanceof Error ? error.message : String(error)),
            )
            .finally(() => (tryIt.disabled = false));
        },
        { label: `Try ${model.name}` },
      );
      row.append(
        element('strong', '', model.name),
        element('span', 'itl-Agent-detail', facts.join(' · ')),
        tryIt,
        said,
      );
      rows.append(row);
    }
    provider.append(rows);
    box.append(provider);
  }
  return box;
}

/** How to begin where there is no model: Ollama first, since it needs no account. */
export function noModelHelp(list: ModelList, refresh: () => void): HTMLElement {
  const box = element('div', 'itl-Agent-help');
  box.append(element('h3', '', 'No model can be asked yet'));
  const steps = element('ol', '');
  const ollama = element(
    'li',
    '',
    'Free, without an account, and nothing leaves this machine: install Ollama from ',
  );
  const link = element('a', '', 'ollama.com');
  link.href = 'https://ollama.com';
  link.target = '_blank';
  link.rel = 'noopener noreferrer';
  ollama.append(
    link,
    ', then ',
    element('code', '', 'ollama serve'),
    ' and ',
    element('code', '', 'ollama pull qwen3'),
    '.',
  );
  const keys = element('li', '', 'Or start this server with ');
  keys.append(
    element('code', '', 'OPENAI_API_KEY'),
    ', ',
    element('code', '', 'GROQ_API_KEY'),
    ' or ',
    element('code', '', 'OPENAI_BASE_URL'),
    ' in its environment: vLLM, llama.cpp, LM Studio and OpenRouter work, too.',
  );
  steps.append(ollama, keys);
  box.append(steps);
  const problems = list.providers.flatMap(({ name, problem }) => {
    if (problem === null) return [];
    const said = element('li', '');
    said.append(`${name}: `, ...withCode(problem.message));
    return [said];
  });
  if (problems.length > 0) {
    const all = element('ul', 'itl-Agent-problem');
    all.append(...problems);
    box.append(element('p', '', 'What is wrong now:'), all);
  }
  box.append(button('Look again', refresh, { kind: 'accept' }));
  return box;
}
