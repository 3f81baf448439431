import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { helpText } from './help.ts';
import { optionNames } from './options.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');
const pages = [
  'README.md',
  'CHANGELOG.md',
  ...readdirSync(join(PROJECT, 'docs')).map((name) => `docs/${name}`),
];

/** As GitHub makes them of headings. */
const anchorsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );

describe.each(pages.filter((page) => page.endsWith('.md')))('%s', (page) => {
  const links = [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link);
  it('leads to files and headings that are there', () => {
    for (const link of links) {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : relative(PROJECT, join(PROJECT, dirname(page), path));
      expect(existsSync(join(PROJECT, target)), link).toBe(true);
      if (anchor !== undefined) expect(anchorsOf(target), link).toContain(anchor);
    }
  });
});

describe('every setting', () => {
  const variables = helpText.match(/\bJUPYTER_\w+/g) ?? [];
  const ours = optionNames
    .filter((name) => !['token', 'hashed-password', 'ai', 'places'].includes(name))
    .map((name) => `IN_THE_LOOP_${name.toUpperCase().replaceAll('-', '_')}`);

  it.each(['docs/configuration.md', '.env.example'])('from the environment is in %s', (page) => {
    for (const variable of [...variables, ...ours, 'IN_THE_LOOP_CONFIG'])
      expect(read(page)).toContain(variable);
  });

  it('is in docs/configuration.md by its name', () => {
    for (const name of optionNames) expect(read('docs/configuration.md')).toContain(`\`${name}\``);
  });
});
