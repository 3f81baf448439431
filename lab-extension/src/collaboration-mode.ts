import { PageConfig } from '@jupyterlab/coreutils';

/**
 * Who speaks for shared documents in this page, as the server was told with `--collaboration`: `on` for this extension,
 * `stock` for jupyter-collaboration's client, `off` for nobody. On any other server it is `off`.
 */
export function collaborationMode(): 'on' | 'stock' | 'off' {
  const mode = PageConfig.getOption('inTheLoopCollaboration');
  return mode === 'on' || mode === 'stock' ? mode : 'off';
}
