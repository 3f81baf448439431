/** What a kept page must be told of the address under which it is shown, as the server would (contract §1.2). */
const CONFIG = /(<script id="jupyter-config-data" type="application\/json">)([\s\S]*?)(<\/script>)/;
const LAB_ADDRESS = /^(lab|doc)(?:\/workspaces\/([a-zA-Z0-9_-]+))?(?:\/tree\/(.*))?$/;

/** @returns null where it is no page of a front-end, or holds a token: neither may be kept (I10) */
export function pageToKeep(html: string): string | null {
  const config = configOf(html);
  return config === null || config['token'] !== '' ? null : html;
}

/**
 * @param path percent-encoded, without the base URL: `lab/tree/a.ipynb`
 * @returns the kept page as the one at this address, which also says that no server was asked for it
 */
export function pageAt(html: string, path: string): string {
  const config = { ...configOf(html), ...addressOf(path), inTheLoopOffline: true };
  return html.replace(CONFIG, (_, start: string, __, end: string) => start + forScript(config) + end);
}

function configOf(html: string): Record<string, unknown> | null {
  const json = CONFIG.exec(html)?.[2];
  return json === undefined ? null : (JSON.parse(json) as Record<string, unknown>);
}

function addressOf(path: string): Record<string, unknown> {
  const lab = LAB_ADDRESS.exec(path);
  if (lab !== null) {
    const [, mode, workspace = 'default', treePath = ''] = lab;
    return {
      mode: mode === 'doc' ? 'single-document' : 'multiple-document',
      workspace,
      treePath: decodeURIComponent(treePath),
    };
  }
  const tree = /^tree(?:\/(.*))?$/.exec(path);
  return tree === null ? {} : { treePath: decodeURIComponent(tree[1] ?? '') };
}

/** JSON that ends no script element, whatever a file is called. */
function forScript(config: unknown): string {
  return JSON.stringify(config).replace(
    /[<>&']/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}
