import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { Token } from '@lumino/coreutils';
import { KeptPages } from './kept-pages.ts';

export const IKeptPages = new Token<KeptPages>(
  '@in-the-loop/lab-extension:IKeptPages',
  'Whether JupyterLab opens in this browser while the server cannot be reached.',
);

export const offlinePlugin: JupyterFrontEndPlugin<KeptPages> = {
  id: '@in-the-loop/lab-extension:offline',
  description: 'Has the browser keep what JupyterLab needs to open without the server.',
  autoStart: true,
  provides: IKeptPages,
  activate(app: JupyterFrontEnd) {
    const baseUrl = new URL(PageConfig.getBaseUrl()).pathname;
    const frontEnd = PageConfig.getOption('appNamespace') === 'notebook' ? 'notebook' : 'lab';
    const pages = new KeptPages(baseUrl, frontEnd, navigator.serviceWorker);
    void app.restored.then(() => pages.start());
    return pages;
  },
};
