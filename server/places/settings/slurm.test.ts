import fc from 'fast-check';
import { expect, test } from 'vitest';
import { slurmKind as slurm } from './slurm.ts';

test('settings of a cluster are read from the words of sbatch, and the rest has defaults', () => {
  expect(
    slurm.schema.parse({ defaults: { partition: 'debug', cpus: 4, time: '' }, setUp: 'module load x\n\ny' }),
  ).toEqual({
    mode: 'auto',
    defaults: expect.objectContaining({ partition: 'debug', cpus: '4', time: undefined }) as object,
    options: [],
    setUp: ['module load x', 'y'],
    allowUnencrypted: false,
  });
});

test.each([
  [{ defaults: { partition: 'a b' } }],
  [{ defaults: { partition: 'a\n#SBATCH --uid=0' } }],
  [{ options: ['--x\n--y'] }],
  [{ setUp: ['a\u0000b'] }],
  [{ python: 'python3' }],
  [{ networkInterface: 'ib0; rm' }],
  [{ serverUrl: 'file:///etc' }],
  [{ unknown: 1 }],
])('%j is refused', (settings) => {
  expect(slurm.schema.safeParse(settings).success).toBe(false);
});

test('a line is never two, whatever is given', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' })), (given) => {
      const read = slurm.schema.safeParse({ options: given, setUp: given });
      if (!read.success) return;
      const { options, setUp } = read.data as { options: string[]; setUp: string[] };
      for (const line of [...options, ...setUp]) expect(line).not.toMatch(/[\n\r\0]/);
    }),
  );
});
