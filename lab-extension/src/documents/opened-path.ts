import { PageConfig } from '@jupyterlab/coreutils';

/** The notebook that this page's address names, before the front-end rewrites it. */
export function openedPath(): string | null {
  const treePath = PageConfig.getOption('treePath');
  if (treePath !== '') return treePath;
  const { pathname } = window.location;
  const part = /\/(?:notebooks|tree)\/(.+)$/.exec(pathname)?.[1];
  try {
    return part === undefined ? null : decodeURIComponent(part);
  } catch {
    // The server would not have answered such an address with a notebook.
    return null;
  }
}
