import { PageConfig } from '@jupyterlab/coreutils';
import { afterEach, expect, test } from 'vitest';
import { takeFromAddress } from './open-by-address.ts';

afterEach(() => void PageConfig.setOption('treePath', ''));

test('JupyterLab is not left to look for a private copy that an address names in its file browsers', () => {
  PageConfig.setOption('treePath', 'Private:a (2).ipynb');
  expect(takeFromAddress()).toBe('a (2).ipynb');
  expect(PageConfig.getOption('treePath')).toBe('');
});

test('other addresses stay JupyterLab’s', () => {
  PageConfig.setOption('treePath', 'folder/a.ipynb');
  expect(takeFromAddress()).toBeNull();
  expect(PageConfig.getOption('treePath')).toBe('folder/a.ipynb');
});
