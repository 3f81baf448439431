import type { AnyNode } from 'acorn';
import { parse } from 'acorn';
import { expect, test } from 'vitest';
import { walk } from '../../../../kernel-bridge/hosted/html/javascript-nodes.ts';
import { displayProgram, realmProgram } from './frame-program.ts';

/** What every browser has by itself. */
const GLOBALS = new Set([
  ...[
    'window',
    'undefined',
    'NaN',
    'Object',
    'Array',
    'String',
    'Number',
    'Boolean',
    'Math',
    'JSON',
    'Reflect',
    'Map',
    'Set',
  ],
  ...[
    'WeakMap',
    'WeakSet',
    'Promise',
    'Error',
    'SyntaxError',
    'RangeError',
    'RegExp',
    'Date',
    'DataView',
    'ArrayBuffer',
    'Function',
  ],
]);

/** Names that are used and nowhere declared: too few rather than too many, for scopes are not told apart. */
function foreignNames(program: string): string[] {
  const tree: AnyNode = parse(program, { ecmaVersion: 'latest' });
  const declared = new Set<string>();
  const used = new Set<string>();
  const patterns = new Set<string>([
    'VariableDeclarator',
    'FunctionDeclaration',
    'FunctionExpression',
    'ArrowFunctionExpression',
  ]);
  walk(tree, (node, parent) => {
    if (node.type === 'CatchClause' && node.param?.type === 'Identifier') declared.add(node.param.name);
    if (patterns.has(node.type)) {
      const bound =
        node.type === 'VariableDeclarator' ? [node.id] : 'params' in node ? [...node.params, node.id] : [];
      for (const each of bound)
        if (each != null)
          walk(each, (inner) => void (inner.type === 'Identifier' && declared.add(inner.name)));
    }
    if (node.type !== 'Identifier' || parent === null) return;
    const isKey =
      (parent.type === 'MemberExpression' && parent.property === node && !parent.computed) ||
      (parent.type === 'Property' && parent.key === node && !parent.shorthand && !parent.computed);
    if (!isKey) used.add(node.name);
  });
  return [...used].filter((name) => !declared.has(name) && !GLOBALS.has(name));
}

test('programs of frames use nothing from outside themselves: nothing else comes along', () => {
  expect(foreignNames(realmProgram())).toEqual([]);
  expect(foreignNames(displayProgram())).toEqual([]);
});
