import type { LauncherItem } from '@jupyterlab/launcher';
import type { KernelSpec } from '@jupyterlab/services';
import { expect, test } from 'vitest';
import type { PlaceModel } from '../../../server/wire/place.ts';
import { groupByPlace } from './launcher-places.ts';

const place = { id: 'cluster', title: 'Cluster', kind: 'slurm' };
const specs = {
  default: 'python3',
  kernelspecs: {
    python3: { display_name: 'Python 3' },
    'cluster.python3': { display_name: 'Python 3 · Cluster', metadata: { in_the_loop: { place } } },
  },
} as unknown as KernelSpec.ISpecModels;
const items = (): LauncherItem[] => [
  { command: 'notebook:create-new', args: { kernelName: 'python3' }, category: 'Notebook' },
  { command: 'notebook:create-new', args: { kernelName: 'cluster.python3' }, category: 'Notebook' },
  { command: 'console:create', args: { kernelPreference: { name: 'cluster.python3' } }, category: 'Console' },
  { command: 'terminal:create-new', category: 'Other' },
];

test('the launcher has a group for a place, and the rest as it was', () => {
  const all = items();
  expect(groupByPlace(all, specs, null, 'ours')).toBe(true);
  expect(all.map(({ command, category }) => [command, category])).toEqual([
    ['notebook:create-new', 'Notebook'],
    ['ours', 'Cluster'],
    ['console:create', 'Cluster'],
    ['terminal:create-new', 'Other'],
  ]);
});

test('it follows the state of the place, and says when there is nothing new', () => {
  const all = items();
  const away = [{ id: 'cluster', state: { kind: 'away' } }] as unknown as PlaceModel[];
  expect(groupByPlace(all, specs, away, 'ours')).toBe(true);
  expect(all[1]?.category).toBe('Cluster · away');
  expect(groupByPlace(all, specs, away, 'ours')).toBe(false);
});
