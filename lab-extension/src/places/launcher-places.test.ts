import type { LauncherItem } from '@jupyterlab/launcher';
import type { KernelSpec } from '@jupyterlab/services';
import { expect, test } from 'vitest';
import type { PlaceModel } from '../../../server/wire/place.ts';
import { groupByPlace } from './launcher-places.ts';

const place = { id: 'cluster', title: 'Cluster', kind: 'slurm' };
const specs = {
  default: 'python3',
  kernelspecs: {
    python3: { display_name: 'Python 3', language: 'python' },
    'cluster.python3': {
      ...{ display_name: 'Python 3 · Cluster', language: 'python', metadata: { in_the_loop: { place } } },
    },
    'cluster.bash': {
      display_name: 'Bash · Cluster',
      language: 'bash',
      metadata: { in_the_loop: { place } },
    },
  },
} as unknown as KernelSpec.ISpecModels;
const ours = { notebook: 'ours', console: 'our-console' };
const items = (): LauncherItem[] => [
  { command: 'notebook:create-new', args: { kernelName: 'python3' }, category: 'Notebook' },
  { command: 'notebook:create-new', args: { kernelName: 'cluster.python3' }, category: 'Notebook' },
  { command: 'console:create', args: { kernelPreference: { name: 'cluster.python3' } }, category: 'Console' },
  { command: 'terminal:create-new', category: 'Other' },
];

test('the launcher has a group for a place, and the rest as it was', () => {
  const all = items();
  expect(groupByPlace(all, specs, null, ours)).toBe(true);
  expect(all.map(({ command, category }) => [command, category])).toEqual([
    ['notebook:create-new', 'Notebook'],
    ['ours', 'Cluster'],
    ['our-console', 'Cluster'],
    ['terminal:create-new', 'Other'],
  ]);
});

test('in a group notebooks come before consoles, Python first in both, and each has the logo of its kernel', () => {
  const cards = (['bash', 'python3'] as const).flatMap((name): LauncherItem[] => [
    {
      command: 'console:create',
      args: { kernelPreference: { name: `cluster.${name}` } },
      kernelIconUrl: `${name}.svg`,
    },
    {
      command: 'notebook:create-new',
      args: { kernelName: `cluster.${name}` },
      kernelIconUrl: `${name}.svg`,
    },
  ]);
  const shown = () =>
    [...cards]
      .sort((one, other) => (one.rank as number) - (other.rank as number))
      .map(({ command, args }) => `${command} ${args?.['logo'] as string}`);
  const expected = ['ours python3.svg', 'ours bash.svg', 'our-console python3.svg', 'our-console bash.svg'];
  groupByPlace(cards, specs, null, ours);
  expect(shown()).toEqual(expected);
  const away = [{ id: 'cluster', state: { kind: 'away' } }] as unknown as PlaceModel[];
  expect(groupByPlace(cards, specs, away, ours)).toBe(true);
  expect(shown()).toEqual(expected);
});

test('it follows the state of the place, and says when there is nothing new', () => {
  const all = items();
  const away = [{ id: 'cluster', state: { kind: 'away' } }] as unknown as PlaceModel[];
  expect(groupByPlace(all, specs, away, ours)).toBe(true);
  expect(all[1]?.category).toBe('Cluster · away');
  expect(groupByPlace(all, specs, away, ours)).toBe(false);
});
