import { expect, test } from 'vitest';
import { translateSchema, translationDomain } from './translate-schema.ts';

const shout = (context: string, text: string): string => `${context}: ${text.toUpperCase()}`;

test('titles, descriptions, labels are translated in their contexts, and nothing else', () => {
  const schema = {
    title: 'Terminal',
    description: 'settings',
    type: 'object',
    'jupyter.lab.setting-icon-label': 'icon',
    'jupyter.lab.menus': { main: [{ id: 'menu', label: 'File', items: [{ command: 'x', label: 'Open' }] }] },
    'jupyter.lab.toolbars': { Cell: [{ name: 'n', label: 'Run' }] },
    definitions: { font: { properties: { size: { title: 'size', default: 'big' } } } },
    properties: { theme: { title: 'Theme', description: 'which', default: 'dark', enum: ['dark'] } },
  };
  const before = structuredClone(schema);
  expect(translateSchema(schema, shout)).toEqual({
    title: 'schema: TERMINAL',
    description: 'schema: SETTINGS',
    type: 'object',
    'jupyter.lab.setting-icon-label': 'settings: ICON',
    'jupyter.lab.menus': {
      main: [{ id: 'menu', label: 'menu: FILE', items: [{ command: 'x', label: 'menu: OPEN' }] }],
    },
    'jupyter.lab.toolbars': { Cell: [{ name: 'n', label: 'toolbar: RUN' }] },
    definitions: { font: { properties: { size: { title: 'settings: SIZE', default: 'big' } } } },
    properties: {
      theme: { title: 'settings: THEME', description: 'settings: WHICH', default: 'dark', enum: ['dark'] },
    },
  });
  expect(schema).toEqual(before);
});

test('a schema may name its domain and more of its texts; an expression that is none selects nothing', () => {
  const schema = {
    'jupyter.lab.internationalization': { domain: 'my-extension', selectors: ['own/.*/hint', '('] },
    own: { a: { hint: 'try', other: 'x' } },
  };
  expect(translationDomain(schema)).toBe('my_extension');
  expect(translationDomain({})).toBe('jupyterlab');
  expect(translateSchema(schema, shout)).toMatchObject({ own: { a: { hint: 'schema: TRY', other: 'x' } } });
});
