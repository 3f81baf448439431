import type { KernelSpec } from '@jupyterlab/services';
import { describe, expect, test } from 'vitest';
import type { PlaceModel } from '../../../server/wire/place.ts';
import { kernelGroups } from './kernel-groups.ts';
import { fullName, placeOfKernelspec, shortName, THIS_MACHINE } from './place-of-kernelspec.ts';

const CLUSTER = { id: 'cluster', title: 'Cluster', kind: 'slurm' } as const;
const spec = (name: string, place?: Readonly<Record<string, string>>): KernelSpec.ISpecModel => ({
  name,
  display_name: name,
  language: 'python',
  argv: [],
  resources: {},
  ...(place && { metadata: { in_the_loop: { place } } }),
});
const specs = {
  default: 'python3',
  kernelspecs: {
    python3: spec('python3'),
    'cluster.python3': spec('cluster.python3', CLUSTER),
    'cluster.r': spec('cluster.r', CLUSTER),
  },
} as unknown as KernelSpec.ISpecModels;
const option = (text: string, choice: object | null, selected = false) => ({
  text,
  value: JSON.stringify(choice),
  ...(selected && { selected }),
});
const stock = [
  {
    label: 'Start Python Kernel',
    options: [
      option('Python 3', { name: 'python3' }, true),
      option('Python 3 · Cluster', { name: 'cluster.python3' }),
    ],
  },
  { label: 'Use No Kernel', options: [option('No Kernel', null)] },
  { label: 'Start Kernel', options: [option('R · Cluster', { name: 'cluster.r' })] },
  { label: 'Connect', options: [option('a.ipynb (1)', { id: '1' })] },
];
const place = (
  state: PlaceModel['state']['kind'],
  id = 'cluster',
  text: string | null = null,
): PlaceModel => ({
  ...{ id, title: id === 'cluster' ? 'Cluster' : id, kind: 'slurm', isConfigured: false },
  capabilities: { resume: true, limits: true, restart: true, pause: true },
  state: { kind: state, text, remedy: null, since: '' },
  ...{ kernelspecs: [], settings: {} },
});
const texts = (groups: ReturnType<typeof kernelGroups>) =>
  groups.map(({ label, options }) => [label, ...options.map(({ text }) => text)]);

describe('the kernel picker', () => {
  test('has a group for each place, behind what this machine has, and keeps the choice', () => {
    const groups = kernelGroups(stock, specs, [place('ready')]);
    expect(texts(groups)).toEqual([
      ['Start Python Kernel', 'Python 3'],
      ['Use No Kernel', 'No Kernel'],
      ['Connect', 'a.ipynb (1)'],
      ['Cluster', 'Python 3', 'R'],
    ]);
    expect(groups[0]?.options[0]?.isSelected).toBe(true);
    expect(groups[3]?.options.map(({ value }) => value)).toEqual([
      '{"name":"cluster.python3"}',
      '{"name":"cluster.r"}',
    ]);
  });

  test('groups the same where the places themselves could not be asked for', () => {
    expect(texts(kernelGroups(stock, specs, null))).toEqual(
      texts(kernelGroups(stock, specs, [place('ready')])),
    );
  });

  test.each(['away', 'failed'] as const)(
    'shows a place that is %s, and nothing there can be chosen',
    (state) => {
      const last = kernelGroups(stock, specs, [place(state)]).at(-1);
      expect(last?.label).toBe(`Cluster · ${state}`);
      expect(last?.options.every(({ isDisabled }) => isDisabled)).toBe(true);
    },
  );

  test('says of a place without kernels why', () => {
    const groups = kernelGroups(stock, specs, [place('failed', 'lab', 'Nobody answers.')]);
    const lab = groups.find(({ label }) => label === 'lab · failed');
    expect(lab?.options).toEqual([
      { text: 'Nobody answers.', title: 'Nobody answers.', value: '', isSelected: false, isDisabled: true },
    ]);
  });
});

test('a kernelspec without a place is one of this machine; one that is gone is unknown', () => {
  expect(placeOfKernelspec(specs, 'python3')).toBe(THIS_MACHINE);
  expect(placeOfKernelspec(specs, 'cluster.r')).toEqual(CLUSTER);
  expect(placeOfKernelspec(specs, 'gone')).toBeNull();
  expect(placeOfKernelspec(null, 'python3')).toBeNull();
});

test('the name of a place is left out beside it, and only there', () => {
  expect(shortName('Python 3 · Cluster', CLUSTER)).toBe('Python 3');
  expect(shortName('Python 3', CLUSTER)).toBe('Python 3');
});

test('the full name has the place once', () => {
  const browser = { id: 'browser', title: 'In this browser', kind: 'browser' } as const;
  expect(fullName('Python (in this browser)', browser)).toBe('Python (in this browser)');
  expect(fullName('Python 3 · Cluster', CLUSTER)).toBe('Python 3 · Cluster');
  expect(fullName('Python 3', CLUSTER)).toBe('Python 3 · Cluster');
});
