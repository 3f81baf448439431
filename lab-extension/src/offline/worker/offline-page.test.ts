import { describe, expect, test } from 'vitest';
import { pageAt, pageToKeep } from './offline-page.ts';

const page = (config: object): string =>
  `<!doctype html><script id="jupyter-config-data" type="application/json">${JSON.stringify(config)}</script><body>`;
const configIn = (html: string): unknown => JSON.parse(/json">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '');

describe('a kept page', () => {
  test('I10: holds no token', () => {
    expect(pageToKeep(page({ token: 'secret', baseUrl: '/' }))).toBeNull();
    expect(pageToKeep(page({ baseUrl: '/' }))).toBeNull();
    expect(pageToKeep('<form action="/login">')).toBeNull();
    expect(pageToKeep(page({ token: '' }))).not.toBeNull();
  });

  test('is told the address under which it is shown, as the server would', () => {
    const kept = page({ token: '', mode: 'multiple-document', workspace: 'default', treePath: '', other: 1 });
    expect(configIn(pageAt(kept, 'lab/tree/a%20b.ipynb'))).toEqual({
      token: '',
      mode: 'multiple-document',
      workspace: 'default',
      treePath: 'a b.ipynb',
      other: 1,
      inTheLoopOffline: true,
    });
    expect(configIn(pageAt(kept, 'doc/workspaces/mine/tree/x.ipynb'))).toMatchObject({
      mode: 'single-document',
      workspace: 'mine',
      treePath: 'x.ipynb',
    });
    expect(configIn(pageAt(kept, 'tree/folder'))).toMatchObject({ treePath: 'folder' });
  });

  test('is ended by no name of a file', () => {
    const html = pageAt(page({ token: '' }), `lab/tree/${encodeURIComponent("</script>$&'<!--")}`);
    expect(html.match(/<\/script>/g)).toHaveLength(1);
    expect(configIn(html)).toMatchObject({ treePath: "</script>$&'<!--" });
  });
});
