import type { NotebookTask } from './notebook-task.ts';
import type { Attempt } from './play-task.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const median = (numbers: readonly number[]): number =>
  [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
const isDone = ({ problem }: Attempt): boolean => problem === null;

/** `23 of 30 (77 %)` */
export function scoreOf(attempts: readonly Attempt[]): string {
  const done = attempts.filter(isDone).length;
  return `${done} of ${attempts.length} (${Math.round((100 * done) / attempts.length)} %)`;
}

/** What attempts came to, as Markdown. */
export function evaluationReport(
  tasks: ReadonlyMap<string, NotebookTask>,
  attempts: readonly Attempt[],
  { model, date }: { readonly model: string; readonly date: Date },
): string {
  const kinds = [...new Set([...tasks.values()].map(({ kind }) => kind))];
  const of = (name: string): readonly Attempt[] => attempts.filter((attempt) => attempt.name === name);
  const byKind = kinds.map((kind) => {
    const all = attempts.filter(({ name }) => tasks.get(name)?.kind === kind);
    return [kind, all] as const;
  });
  const failed = attempts.filter((attempt) => !isDone(attempt));
  const wrongCalls = attempts.flatMap(({ name, failures }) => failures.map((text) => [name, text] as const));
  return [
    `# ${model}: ${scoreOf(attempts)}`,
    `${date.toISOString().slice(0, 10)}. ${totalsOf(attempts)}.`,
    table(
      'kind',
      byKind.filter(([, all]) => all.length > 0),
    ),
    table(
      'task',
      [...tasks.keys()].map((name) => [name, of(name)] as const),
    ),
    ...(failed.length === 0 ? [] : ['## What was not done', ...failed.map(toldFailure)]),
    ...(wrongCalls.length === 0
      ? []
      : [
          '## What tools could not do',
          wrongCalls.map(([name, text]) => `- ${name}: ${inOneLine(text)}`).join('\n'),
        ]),
  ].join('\n\n');
}

/** `12,000 tokens in, 800 out, 31 tool calls (2 failed), 75 s` */
export function totalsOf(attempts: readonly Attempt[]): string {
  const total = (count: (attempt: Attempt) => number): string =>
    Math.round(sum(attempts.map(count))).toLocaleString('en');
  return (
    `${total(({ inputTokens }) => inputTokens)} tokens in, ${total(({ outputTokens }) => outputTokens)} out, ` +
    `${total(({ toolCalls }) => toolCalls)} tool calls (${total(({ failures }) => failures.length)} failed), ` +
    `${total(({ seconds }) => seconds)} s`
  );
}

function toldFailure({ name, problem, answer }: Attempt): string {
  const said = answer === '' ? '' : `\n\n> ${inOneLine(answer)}`;
  return `**${name}**: ${inOneLine(problem ?? '')}${said}`;
}

const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim().slice(0, 500);

function table(heading: string, rows: readonly (readonly [string, readonly Attempt[]])[]): string {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  const columns = ['done', 'seconds (median)', 'tool calls', 'failed calls', 'tokens in', 'tokens out'];
  return [
    line([heading, ...columns]),
    line(['---', ...columns.map(() => '---:')]),
    ...rows.map(([name, all]) =>
      line([
        name,
        `${all.filter(isDone).length}/${all.length}`,
        median(all.map(({ seconds }) => seconds)).toFixed(1),
        sum(all.map(({ toolCalls }) => toolCalls)),
        sum(all.map(({ failures }) => failures.length)),
        sum(all.map(({ inputTokens }) => inputTokens)),
        sum(all.map(({ outputTokens }) => outputTokens)),
      ]),
    ),
  ].join('\n');
}
