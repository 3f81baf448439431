import type { AnyNode, Program, VariableDeclaration } from 'acorn';
import { parse } from 'acorn';
import { isFunction, namesIn, walk } from './javascript-nodes.ts';
import type { PreparedScript } from './prepared-cell.ts';

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface ScriptPlace {
  /** Of the cell, from 1, where the code begins. */
  readonly line: number;
  /** A module keeps its names to itself. */
  readonly isModule: boolean;
  readonly hasValue: boolean;
}

/** What statements stand in one after the other. */
const LISTS = new Set(['Program', 'BlockStatement', 'SwitchCase']);

const NO_MODULES =
  'modules cannot be imported: a cell has no network. Put the code into a cell, or import() a blob: URL';

/**
 * Makes a script such that it can run again and keep what it declares: `let`, `const`, `class`, `function` and `var` of its
 * top level become assignments to names that are declared once for the frame (where a second `let` would be an error, and a
 * first that failed would leave the name unusable for ever). Line numbers stay. `await` may stand at its top level.
 */
export function prepareScript(source: string, place: ScriptPlace): PreparedScript {
  // In a REPL, `{a: 1}` means an object.
  const code = place.hasValue && isObjectLiteral(source) ? `(${source})` : source;
  let program: Program;
  try {
    program = parseScript(code, place.isModule ? 'module' : 'script');
  } catch (error) {
    const { message, loc } = error as SyntaxError & { readonly loc?: { readonly line: number } };
    return {
      kind: 'broken',
      message: message.replace(/ \(\d+:\d+\)$/, ''),
      line: (loc?.line ?? 1) + place.line - 1,
    };
  }
  const imported = program.body.find(({ type }) => /^(Import|Export)/.test(type));
  if (imported !== undefined)
    return { kind: 'broken', message: NO_MODULES, line: lineOf(code, imported.start) + place.line - 1 };

  const names = new Set<string>();
  const edits: Edit[] = [];
  const functions: Edit[] = [];
  if (!place.isModule) declare(program, code, { names, edits, functions });
  if (place.hasValue) returnLast(program, code, edits);
  const before = '\n'.repeat(place.line - 1);
  return {
    kind: 'code',
    names: [...names],
    functions: functions.length === 0 ? '' : before + onlyThese(code, functions),
    body: `${before}${place.isModule ? "'use strict';" : ''}${edited(code, edits)}`,
    isAsync: hasTopLevelAwait(program),
    hasValue: place.hasValue,
  };
}

/** @throws SyntaxError of acorn */
export function parseScript(code: string, sourceType: 'script' | 'module' = 'script'): Program {
  // `#!` may only begin a file, and what is made of a script stands in a function.
  return parse(code, {
    ecmaVersion: 'latest',
    sourceType,
    allowAwaitOutsideFunction: true,
    allowHashBang: false,
  });
}

function declare(
  program: Program,
  code: string,
  found: { readonly names: Set<string>; readonly edits: Edit[]; readonly functions: Edit[] },
): void {
  const { names, edits, functions } = found;
  for (const statement of program.body) {
    if (statement.type === 'FunctionDeclaration') {
      const { id, start, end } = statement;
      names.add(id.name);
      functions.push({
        start,
        end,
        text: `;${id.name} = ${code.slice(start, id.start)}${code.slice(id.end, end)};`,
      });
      edits.push({ start, end, text: blank(code.slice(start, end)) });
    } else if (statement.type === 'ClassDeclaration') {
      const { id, start, end } = statement;
      names.add(id.name);
      edits.push({ start, end: start, text: `;${id.name} = ` }, { start: end, end, text: ';' });
    }
  }
  walk(program, (node, parent) => {
    if (isFunction(node) || node.type === 'ClassBody') return false;
    if (node.type !== 'VariableDeclaration') return true;
    const isTopLevel = parent === program && /^(let|const)$/.test(node.kind);
    if (!isTopLevel && node.kind !== 'var') return true;
    for (const { id } of node.declarations) for (const name of namesIn(id)) names.add(name);
    edits.push(...asAssignments(node, parent, code));
    return true;
  });
}

function asAssignments(node: VariableDeclaration, parent: AnyNode | null, code: string): Edit[] {
  const first = node.declarations[0] as VariableDeclaration['declarations'][number];
  const last = node.declarations.at(-1) as typeof first;
  const keyword = { start: node.start, end: first.start };
  const isOfLoop =
    (parent?.type === 'ForStatement' && parent.init === node) ||
    ((parent?.type === 'ForInStatement' || parent?.type === 'ForOfStatement') && parent.left === node);
  if (isOfLoop) return [{ ...keyword, text: '' }];
  // A `var` without a value keeps the one that it has.
  const values = node.declarations.flatMap(({ id, init }) =>
    init == null && node.kind !== 'var' ? [{ start: id.end, end: id.end, text: ' = undefined' }] : [],
  );
  const assigned = { start: last.end, end: last.end, text: code[node.end - 1] === ';' ? ')' : ');' };
  if (parent !== null && LISTS.has(parent.type)) return [{ ...keyword, text: ';(' }, ...values, assigned];
  // The one statement of an `if` or a loop has to stay one.
  return [{ ...keyword, text: '{(' }, ...values, assigned, { start: node.end, end: node.end, text: '}' }];
}

/** Assignments have a value that nobody asked for. */
function returnLast(program: Program, code: string, edits: Edit[]): void {
  const last = program.body.at(-1);
  if (last?.type !== 'ExpressionStatement' || last.expression.type === 'AssignmentExpression') return;
  const end = code[last.end - 1] === ';' ? last.end - 1 : last.end;
  edits.push({ start: last.start, end: last.start, text: 'return (' }, { start: end, end, text: ')' });
}

function hasTopLevelAwait(program: Program): boolean {
  let found = false;
  walk(program, (node) => {
    if (isFunction(node)) return false;
    if (node.type === 'AwaitExpression' || (node.type === 'ForOfStatement' && node.await)) found = true;
    return !found;
  });
  return found;
}

function isObjectLiteral(source: string): boolean {
  if (!/^\s*\{[^]*\}\s*$/.test(source)) return false;
  try {
    return parseScript(`(${source})`).body.length === 1;
  } catch {
    return false; // a block
  }
}

function edited(code: string, edits: readonly Edit[]): string {
  let text = '';
  let position = 0;
  for (const edit of [...edits].sort((one, other) => one.start - other.start)) {
    text += code.slice(position, edit.start) + edit.text;
    position = edit.end;
  }
  return text + code.slice(position);
}

/** Only what the edits say, on the lines where it stands. */
function onlyThese(code: string, edits: readonly Edit[]): string {
  let text = '';
  let position = 0;
  for (const edit of edits) {
    text += blank(code.slice(position, edit.start)) + edit.text;
    position = edit.end;
  }
  return text;
}

function blank(text: string): string {
  return text.replace(/[^\n]+/g, '');
}

function lineOf(code: string, position: number): number {
  return code.slice(0, position).split('\n').length;
}
