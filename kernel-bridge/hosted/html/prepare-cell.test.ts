import { createContext, runInContext, Script } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellKind } from './cell-kind.ts';
import { prepareCell } from './prepare-cell.ts';
import { prepareScript } from './prepare-script.ts';
import type { PreparedScript } from './prepared-cell.ts';
import { splitScripts } from './split-scripts.ts';

const AS_CELL = { line: 1, isModule: false, hasValue: true };

/** Runs scripts one after the other in one global scope, as a frame does. */
class Scope {
  readonly #context = createContext({});
  readonly #declared = new Set<string>();

  run(source: string): unknown {
    const script = prepareScript(source, AS_CELL);
    if (script.kind !== 'code') throw new SyntaxError(script.kind);
    const missing = script.names.filter((name) => !this.#declared.has(name));
    for (const name of missing) this.#declared.add(name);
    if (missing.length > 0) runInContext(`let ${missing.join(', ')};`, this.#context);
    if (script.functions !== '') runInContext(script.functions, this.#context);
    const made = runInContext(
      `(${script.isAsync ? 'async ' : ''}() => {${script.body}\n})`,
      this.#context,
    ) as () => unknown;
    return made();
  }
}

const code = (script: PreparedScript) => {
  if (script.kind !== 'code') throw new Error(script.kind);
  return script;
};

describe('what a cell is', () => {
  test.each([
    ['<p>', 'html'],
    ['  \n <!-- x -->', 'html'],
    ['1 < 2', 'javascript'],
    ['%%css\np { color: red }', 'css'],
    ['%%js\n<p>', 'javascript'],
    ['%%JavaScript\n1', 'javascript'],
    ['\n%%html\nplain', 'html'],
  ])('%j', (source, kind) => {
    expect(cellKind(source).kind).toBe(kind);
    expect(cellKind(source).code.split('\n')).toHaveLength(source.split('\n').length);
  });

  test('CSS cannot end its element', () => {
    const { html, scripts } = prepareCell('%%css\na::before { content: "</style><img>" }', {
      ...{ run: 1, cellId: null, seed: 1 },
    });
    expect(html).toBe('<style>\na::before { content: "<\\/style><img>" }</style>');
    expect(scripts).toEqual([]);
  });
});

describe('scripts of cells', () => {
  test('keep what they declare, and can run again', () => {
    const scope = new Scope();
    const cell =
      'const { a, b: [c = 3] } = { a: 1, b: [] }; let d; var e = 5, f; class G { h = 8 } function i() { return a + c }';
    for (let time = 0; time < 2; time += 1) scope.run(cell);
    expect(scope.run('[a, c, d, e, f, new G().h, i()]')).toEqual([1, 3, undefined, 5, undefined, 8, 4]);
  });

  test('call functions before they stand there, also those of other cells after they changed', () => {
    const scope = new Scope();
    expect(
      scope.run('twice(4)\nfunction twice(n) { return times(n) }\nfunction times(n) { return n * 2 }'),
    ).toBeUndefined();
    expect(scope.run('twice(4)')).toBe(8);
    scope.run('function times(n) { return n * 3 }');
    expect(scope.run('twice(4)')).toBe(12);
  });

  test.each([
    ['1 + 1', 2],
    ['1; // two', 1],
    ['(1, 2)', 2],
    ['({ a: 1 }).a', 1],
    ["'text'", 'text'],
    ['let x = 1\nx', 1],
    ['x = 5', undefined],
    ['if (false) var a = 1; else var a = 2\na', 2],
    ['out: for (;;) { var b = 3; break out }\nb', 3],
    ['switch (1) { case 1: var c = 4 }\nc', 4],
    ['for (var i = 0, n = 2; i < n; i++);\ni', 2],
    ['for (var k of [1, 2]);\nk', 2],
    ['if (true) { var z = 7 }\nz', 7],
    ['const s = `a\n${1}`\ns', 'a\n1'],
    ['', undefined],
  ])('%j gives %j', (source, value) => {
    expect(new Scope().run(source)).toEqual(value);
  });

  test('an object is no block', () => {
    expect(new Scope().run('{ a: 1, b: 2 }')).toEqual({ a: 1, b: 2 });
    expect(new Scope().run('{ let a = 1; a }')).toBeUndefined();
  });

  test('may await at their top level, and nowhere else', async () => {
    const scope = new Scope();
    await expect(scope.run('const a = await 5; a + 1')).resolves.toBe(6);
    await expect(scope.run('for await (const each of [a]) var last = each;\nlast')).resolves.toBe(5);
    expect(code(prepareScript('async () => { await 1 }', AS_CELL)).isAsync).toBe(false);
  });

  test('keep their lines', () => {
    const source = 'let a =\n  1\n\nfunction f() {\n  here()\n}\nconst b = 2\nthere()';
    const { functions, body } = code(prepareScript(source, AS_CELL));
    const lineOf = (text: string, word: string) => text.slice(0, text.indexOf(word)).split('\n').length;
    expect([lineOf(functions, 'here'), lineOf(body, 'there')]).toEqual([5, 8]);
    expect(code(prepareScript(source, { ...AS_CELL, line: 4 })).body.startsWith('\n\n\n')).toBe(true);
  });

  test('that are none say where', () => {
    expect(prepareScript('1\n2 +* 3', { ...AS_CELL, line: 3 })).toEqual({
      ...{ kind: 'broken', message: 'Unexpected token', line: 4 },
    });
    expect(prepareScript("import x from './x.js'", { ...AS_CELL, isModule: true })).toMatchObject({
      ...{ kind: 'broken', message: expect.stringContaining('no network') as string },
    });
    expect(prepareScript('let a; let a', AS_CELL).kind).toBe('broken');
    expect(prepareScript('#!/usr/bin/env node', AS_CELL).kind).toBe('broken');
  });

  test('any text is prepared, or says what is wrong', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(
            fc.constantFrom(
              'let a',
              'var',
              '{',
              '}',
              '(',
              ')',
              ';',
              '=',
              '1',
              'a',
              '`',
              '\n',
              'await',
              'function f',
              '=>',
              '//',
            ),
          ),
        ),
        (given) => {
          const source = typeof given === 'string' ? given : given.join(' ');
          const script = prepareScript(source, AS_CELL);
          if (script.kind !== 'code') return;
          // What is made of a script is one, too.
          const kind = script.isAsync ? 'async ' : '';
          expect(() => new Script(`${kind}() => {${script.body}\n}`)).not.toThrow();
          expect(() => new Script(script.functions)).not.toThrow();
          expect(script.body.split('\n').length).toBe(source.split('\n').length);
        },
      ),
    );
  });
});

describe('scripts in HTML', () => {
  const scriptsIn = (html: string) => splitScripts(html).scripts.map((script) => script.code);

  test.each([
    ['<p>1</p><script>a()</script>', ['a()']],
    ['<SCRIPT>a("<b>")</SCRIPT >b', ['a("<b>")']],
    ['<script>a</script-x></script>', ['a</script-x>']],
    ['<script>never ends', ['never ends']],
    ['<!-- <script>no</script> --><script>yes</script>', ['yes']],
    ['<style><script>no</script></style>', []],
    ['<textarea><script>no</script></textarea><script>yes</script>', ['yes']],
    ['<p title="<script>no</script>">x</p>', []],
    ["<p title='>' data-x=a><script>yes</script>", ['yes']],
    ['<script type="application/json">{}</script>', []],
    ['<script type=module>m</script><script type="text/javascript">t</script>', ['m', 't']],
    ['1 < 2 <script>yes</script>', ['yes']],
    ['<p x="unclosed><script>text</script>', []],
  ])('%j', (html, scripts) => {
    expect(scriptsIn(html)).toEqual(scripts);
  });

  test('have the line where they begin, and their attributes', () => {
    const { scripts, html } = splitScripts('<p>\n</p>\n<script SRC="a.js" src="b.js" async>\nx</script>');
    expect(scripts[0]?.line).toBe(3);
    expect([...(scripts[0]?.attributes ?? [])]).toEqual([
      ['src', 'a.js'],
      ['async', ''],
    ]);
    expect(html).toBe('<p>\n</p>\n<script data-itl-script="0" SRC="a.js" src="b.js" async></script>');
  });

  test('HTML without any comes back as it was', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '<p',
      ' a="',
      '"',
      "'",
      '=',
      '<!--',
      '-->',
      '</p>',
      '<style>',
      '</style>',
      'x',
      '\n',
      '/',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(splitScripts(pieces.join(''))).toEqual({ html: pieces.join(''), scripts: [] });
      }),
    );
  });
});
