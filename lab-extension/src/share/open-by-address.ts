import { PageConfig } from '@jupyterlab/coreutils';
import { PRIVATE_DRIVE } from './private-drive.ts';

/**
 * A reloaded page's address may name a private copy. JupyterLab asks the file browser that lists its drive to open what an
 * address names, and fails where there is none. To be called before JupyterLab reads the address.
 * @returns the copy's name, which is ours to open; null for all other addresses
 */
export function takeFromAddress(): string | null {
  const path = PageConfig.getOption('treePath');
  if (!path.startsWith(`${PRIVATE_DRIVE}:`)) return null;
  PageConfig.setOption('treePath', '');
  return path.slice(PRIVATE_DRIVE.length + 1);
}
