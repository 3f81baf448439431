import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PlaceError } from '../places/place-error.ts';
import type { Partition } from './cluster.ts';
import { checkResources, chosenResources, optionLines } from './job-resources.ts';

const short: Partition = {
  ...{ name: 'short', isDefault: false, isUp: true, timeLimit: '1:00', timeLimitSeconds: 60 },
  ...{ nodes: 1, cpus: 4, memory: 1000, gres: '' },
};
const debug: Partition = { ...short, name: 'debug', isDefault: true, timeLimitSeconds: Infinity };
const closed: Partition = { ...short, name: 'closed', isUp: false };
const partitions = [debug, short, closed];

test.each([
  [{ partition: 'nope' }, /nope/],
  [{ partition: 'closed' }, /closed/],
  [{ partition: 'short', time: '2' }, /exceeds the 1 min of partition short/],
  [{ time: 'soon' }, /time limit "soon"/],
  [{ time: '0' }, /time limit "0"/],
  [{ cpus: '0' }, /number of processors/],
  [{ cpus: '5' }, /more than 4 processors/],
  [{ memory: '4 GB' }, /no memory/],
  [{ memory: '4X' }, /amount of memory/],
  [{ gpus: 'many' }, /number of GPUs/],
  [{ partition: 'debug --uid=0' }, /no partition/],
  [{ options: 'rm -rf /' }, /no option of sbatch/],
  [{ options: '--array=1-9' }, /sets it itself/],
])('%j cannot be asked for', (resources, words) => {
  const check = (): void => checkResources(resources, partitions);
  expect(check).toThrow(PlaceError);
  expect(check).toThrow(words);
});

test('what a cluster has can be asked for, and what it has not said is left to Slurm', () => {
  checkResources({ partition: 'short', time: '1', cpus: '4', memory: '4G', gpus: 'a100:2' }, partitions);
  checkResources({ partition: 'debug,short', time: '1-0', qos: 'high', account: 'a.b' }, partitions);
  checkResources({ partition: 'anything' }, null);
});

test('what is chosen stands over what the place has; an empty answer is the place’s own', () => {
  const defaults = { partition: 'short', cpus: '2' };
  expect(chosenResources(defaults, { partition: '', cpus: ' 4 ' })).toEqual({
    partition: 'short',
    cpus: '4',
  });
  expect(() => chosenResources(defaults, { nodes: '2' })).toThrow(/nothing called "nodes"/);
});

test('lines of options are read with and without #SBATCH, and are one line each', () => {
  expect(optionLines(['#SBATCH --constraint=x', '--nice=1  ', '', ' -C y'])).toEqual([
    '#SBATCH --constraint=x',
    '#SBATCH --nice=1',
    '#SBATCH -C y',
  ]);
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (lines) => {
      let read: string[] = [];
      try {
        read = optionLines(lines);
      } catch (error) {
        expect(error).toBeInstanceOf(PlaceError);
      }
      for (const line of read) expect(line).toMatch(/^#SBATCH -[^\n\r\0]*$/);
    }),
  );
});
