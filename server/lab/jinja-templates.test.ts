import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JinjaTemplates, toSafeJson } from './jinja-templates.ts';
import { renderPage } from './render-page.ts';

let folder: string;
let template: string;
const templates = new JinjaTemplates();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'templates-'));
  template = join(folder, 'page.html');
});
afterEach(() => rm(folder, { recursive: true }));

const render = async (source: string, config: object, customCss = false): Promise<string> => {
  await writeFile(template, source);
  return renderPage(templates, template, { baseUrl: '/b/', wsUrl: '', ...config }, customCss);
};

test('pages are filled in as Lab’s and Notebook’s templates want it', async () => {
  const page = await render(
    `{# why #}{% block favicon %}icon{% endblock %} {{ base_url | escape }} {{ ws_url }}|
{% set page_config_full = page_config.copy() %}{% set _ = page_config_full.update(baseUrl=base_url, wsUrl=ws_url) %}
{{ page_config_full | tojson }} {{ page_config['token'] | urlencode }} {% if custom_css %}css{% endif %}`,
    { token: 'a b' },
    true,
  );
  expect(page).toContain('icon /b/ |');
  expect(page).toContain('{"baseUrl":"/b/","token":"a b","wsUrl":""} a%20b css');
});

test('what a page says is escaped, as text and as JSON', async () => {
  const page = await render('<title>{{ page_config.name }}</title>{{ page_config | tojson }}', {
    name: `</script><script>alert('&')`,
  });
  expect(page).not.toContain('<script>');
  expect(page).toContain('<title>&lt;/script&gt;&lt;script&gt;alert(&#39;&amp;&#39;)</title>');
});

test('JSON in a page is the same JSON, and ends neither element nor attribute', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const json = toSafeJson(value);
      expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(json).not.toMatch(/[<>&']/);
    }),
  );
  expect(toSafeJson({ b: 1, a: { d: 1, c: 2 } })).toBe('{"a":{"d":1,"c":2},"b":1}');
  expect(toSafeJson(undefined)).toBe('null');
});

test('a template that changed is read again; one that is missing or broken is an error', async () => {
  expect(await render('one', {})).toBe('one');
  expect(await render('another', {})).toBe('another');
  await expect(render('{% if %}', {})).rejects.toThrow();
  await expect(templates.render(join(folder, 'missing.html'), {})).rejects.toThrow('ENOENT');
});
