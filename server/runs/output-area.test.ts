import { describe, expect, it } from 'vitest';
import { FoldedCells } from '../../test/doubles/folded-cells.ts';
import { OUTPUT_LIMITS } from './output-limits.ts';

const few = { ...OUTPUT_LIMITS, headOutputs: 3, tailOutputs: 2 };
const leftOut = (count: string): string =>
  `display_data: … ${count} left out here. The event log of the kernel has all.`;

describe('a cell with too many outputs', () => {
  it('[L5] shows the first and the last ones, and says how many are left out', () => {
    const cells = new FoldedCells(few).run('a');
    for (let count = 0; count < 5; count++) cells.display('a', String(count));
    expect(cells.outputs('a')).toEqual([0, 1, 2, 3, 4].map((count) => `display_data: ${count}`));
    cells.display('a', '5');
    const ends = (...last: string[]): string[] => [
      'display_data: 0',
      'display_data: 1',
      'display_data: 2',
      ...last,
    ];
    expect(cells.outputs('a')).toEqual(ends(leftOut('1 output is'), 'display_data: 4', 'display_data: 5'));
    for (let count = 6; count < 10_000; count++) cells.display('a', String(count));
    cells.print('a', 'one').print('a', ' two');
    expect(cells.outputs('a')).toEqual(
      ends(leftOut('9,996 outputs are'), 'display_data: 9999', 'stdout: one two'),
    );
  });

  it('[L5] updates what it shows and forgets what it does not', () => {
    const cells = new FoldedCells(few).run('a').display('a', 'old', 'first').display('a', 'old', 'gone');
    for (let count = 0; count < 100; count++) cells.display('a', 'x', `id-${count}`);
    expect(cells.held()['shown']).toBeLessThan(8);
    cells
      .display('a', 'new', 'first', 'update_display_data')
      .display('a', 'new', 'id-99', 'update_display_data');
    expect(cells.outputs('a').at(0)).toBe('display_data: new');
    expect(cells.outputs('a').at(-1)).toBe('display_data: new');
    const before = cells.result('a').revision;
    expect(cells.display('a', 'new', 'id-50', 'update_display_data').result('a').revision).toBe(before);
  });

  it('[L5] begins anew when it is cleared', () => {
    const cells = new FoldedCells(few).run('a');
    for (let count = 0; count < 100; count++) cells.display('a', 'x');
    cells.say('a', 'clear_output', { wait: true }).display('a', 'y');
    expect(cells.outputs('a')).toEqual(['display_data: y']);
  });

  it('[L6] holds outputs up to a size', () => {
    const cells = new FoldedCells({ ...OUTPUT_LIMITS, headSize: 10_000, tailSize: 20_000 }).run('a');
    for (let count = 0; count < 1000; count++) cells.display('a', String(count).padStart(1000, '0'));
    const outputs = cells.outputs('a');
    expect(outputs.length).toBeLessThanOrEqual(10 + 1 + 22);
    expect(outputs[0]).toMatch(/0000$/);
    expect(outputs.at(-1)).toMatch(/0999$/);
    expect(outputs.filter((output) => output.includes('left out'))).toEqual([
      leftOut(`${1000 - (outputs.length - 1)} outputs are`),
    ]);
  });
});

describe('a text that is too long', () => {
  const short = { ...OUTPUT_LIMITS, headText: 20, tailText: 20 };

  it('[L1] is shown by its ends with a line between, which links to all of it', () => {
    const cells = new FoldedCells(short).run('a', 'request/1');
    for (let line = 0; line < 1000; line++) cells.print('request/1', `${line}\n`);
    const [head, between, tail, ...others] = cells.result('a').outputs;
    expect(head).toEqual({ output_type: 'stream', name: 'stdout', text: '0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n' });
    expect(tail).toEqual({ output_type: 'stream', name: 'stdout', text: '995\n996\n997\n998\n999\n' });
    expect(others).toEqual([]);
    const path = '/api/in-the-loop/v1/runs/request%2F1/text/stdout';
    expect(between).toMatchObject({
      output_type: 'display_data',
      data: {
        'text/plain': `… 985 lines of stdout (3,850 bytes) are left out here. All of it: ${path}`,
        'text/html': expect.stringContaining(`<a href="${path}"`) as string,
      },
      metadata: {
        'in-the-loop': { leftOutText: { name: 'stdout', lines: 985, bytes: 3850, characters: 3850, path } },
      },
    });
  });

  it('[L7] is found by places of the log, also after it was cleared or went elsewhere', () => {
    const cells = new FoldedCells().run('a').print('a', 'ä').print('a', 'error', 'stderr');
    cells.say('a', 'clear_output', { wait: false }).openWidget('w').setWidget('w', { msg_id: 'a' });
    cells.print('a', 'in the widget\r').print('a', 'x', 'other');
    expect(cells.result('a').texts).toEqual(
      new Map([
        ['stdout', { bytes: 2 + 14, first: 1, last: 6, marks: [{ sequence: 1, bytesBefore: 0 }] }],
        ['stderr', { bytes: 5, first: 2, last: 2, marks: [{ sequence: 2, bytesBefore: 0 }] }],
      ]),
    );
  });

  it('[L7] has a place of the log for every few megabytes', () => {
    const cells = new FoldedCells(short).run('a');
    for (let count = 0; count < 20; count++) cells.print('a', 'x'.repeat(1_000_000));
    const marks = cells.result('a').texts.get('stdout')?.marks;
    expect(marks).toEqual([0, 5, 10, 15].map((at) => ({ sequence: at + 1, bytesBefore: at * 1_000_000 })));
  });
});
