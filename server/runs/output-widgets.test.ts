import { describe, expect, it } from 'vitest';
import { DATE, FoldedCells } from '../../test/doubles/folded-cells.ts';

const ok = { status: 'ok', execution_count: 1, payload: [] };

function capturing(): FoldedCells {
  return new FoldedCells().run('a').openWidget('w').print('a', 'before').setWidget('w', { msg_id: 'a' });
}

describe('an Output widget', () => {
  it('[W1] gets what its request says, and the cell does not', () => {
    const cells = capturing().print('a', '1').print('a', '2').display('a', 'x').print('a', 'e', 'stderr');
    cells.setWidget('w', { msg_id: '' }).print('a', ' after');
    expect(cells.widget('w')).toEqual(['stdout: 12', 'display_data: x', 'stderr: e']);
    expect(cells.outputs('a')).toEqual(['stdout: before after']);
  });

  it('[W1] is cleared in the place of the cell, with wait and without', () => {
    const cells = capturing().print('a', 'x').say('a', 'clear_output', { wait: true });
    expect(cells.widget('w')).toEqual(['stdout: x']);
    expect(cells.print('a', 'y').widget('w')).toEqual(['stdout: y']);
    expect(cells.say('a', 'clear_output', { wait: false }).widget('w')).toEqual([]);
    expect(cells.outputs('a')).toEqual(['stdout: before']);
  });

  it('[W1] gets what a request of a widget says, which is no cell', () => {
    const cells = new FoldedCells().openWidget('w').setWidget('w', { msg_id: 'button-click' });
    expect(cells.print('button-click', 'x').widget('w')).toEqual(['stdout: x']);
  });

  it('[W1] takes the timing with it', () => {
    const cells = new FoldedCells().run('a', 'a', true).openWidget('w').setWidget('w', { msg_id: 'a' });
    expect(cells.say('a', 'status', { execution_state: 'idle' }).result('a').timing).toBeNull();
  });

  it('[W1] passes over what is no output, and other widgets', () => {
    const cells = capturing().say('a', 'stream', { name: 'stdout' }).say('a', 'error', {});
    cells.say(null, 'comm_open', { comm_id: 'x', target_name: 'jupyter.widget', data: { state: {} } });
    expect([cells.widget('w'), cells.widget('x')]).toEqual([[], null]);
  });

  it('[W2] gives way to the next one until that lets go', () => {
    const cells = capturing().openWidget('inner').print('a', '1').setWidget('inner', { msg_id: 'a' });
    cells.print('a', '2').setWidget('inner', { msg_id: '' }).print('a', '3');
    expect([cells.widget('w'), cells.widget('inner')]).toEqual([['stdout: 13'], ['stdout: 2']]);
  });

  it('[W2] may let go in any order', () => {
    const cells = capturing().openWidget('inner').setWidget('inner', { msg_id: 'a' });
    cells.setWidget('w', { msg_id: '' }).print('a', '1').setWidget('inner', { msg_id: '' }).print('a', '2');
    expect([cells.widget('w'), cells.widget('inner')]).toEqual([[], ['stdout: 1']]);
    expect(cells.outputs('a')).toEqual(['stdout: before2']);
  });

  it('[W3] gets neither reply nor prompt', () => {
    const cells = capturing().say('a', 'input_request', { prompt: '?', password: false });
    cells.tell({ type: 'execution-input-replied', promptMessageId: 'message-4', value: 'x' });
    cells.say('a', 'execute_reply', ok).say('a', 'status', { execution_state: 'idle' });
    expect(cells.result('a')).toMatchObject({ outcome: 'ok', isDone: true });
    expect(cells.outputs('a')).toEqual(['stdout: before', 'stdin: ? x\n']);
  });

  it('[W4] shows what the kernel sets', () => {
    const stream = (text: string | string[]) => ({ output_type: 'stream', name: 'stdout', text });
    const cells = capturing().print('a', 'x');
    cells.setWidget('w', { outputs: [stream('1'), stream(['2', '3']), { output_type: 'no such' }, 7] });
    expect(cells.print('a', '4').widget('w')).toEqual(['stdout: 12\n34']);
    expect(cells.setWidget('w', { outputs: 'broken' }).widget('w')).toEqual([]);
    cells.openWidget('other', { outputs: [stream('initial')] });
    expect(cells.widget('other')).toEqual(['stdout: initial']);
  });

  it('[W4] goes on with its line where the kernel sets what is there already', () => {
    const same = [{ output_type: 'stream', name: 'stdout', text: '10%' }];
    const cells = capturing().print('a', '10%\r').setWidget('w', { outputs: same }).print('a', '20%');
    expect(cells.widget('w')).toEqual(['stdout: 20%']);
  });

  it('[C3] keeps a pending clear when the kernel sets its outputs', () => {
    const cells = capturing().say('a', 'clear_output', { wait: true });
    cells.setWidget('w', { outputs: [{ output_type: 'stream', name: 'stdout', text: 'set' }] });
    expect(cells.widget('w')).toEqual(['stdout: set']);
    expect(cells.print('a', 'next').widget('w')).toEqual(['stdout: next']);
  });

  it('[W5] does not go back to what a client had seen', () => {
    const cells = capturing().print('a', 'new').setWidget('w', { outputs: [], msg_id: '' }, 'echo_update');
    expect(cells.print('a', 'er').widget('w')).toEqual(['stdout: newer']);
  });

  it('[W6] that was closed gets nothing more', () => {
    const cells = capturing().say('a', 'comm_close', { comm_id: 'w', data: {} }).print('a', ' after');
    expect(cells.outputs('a')).toEqual(['stdout: before after']);
    expect(cells.widget('w')).toBeNull();
  });

  it('[D4] keeps updates from the cell, and is never updated itself', () => {
    const cells = new FoldedCells().run('a').run('b').openWidget('w');
    cells.display('a', '1', 'id').display('b', '1', 'id').setWidget('w', { msg_id: 'a' });
    cells.display('a', 'within', 'id').display('a', '2', 'id', 'update_display_data');
    expect([cells.outputs('a'), cells.outputs('b'), cells.widget('w')]).toEqual([
      ['display_data: 1'],
      ['display_data: 2'],
      ['display_data: within'],
    ]);
  });

  it('[R2] [K1] gets nothing of a run or a process before', () => {
    const cells = capturing().run('a', 'again').print('a', 'old').print('again', 'new');
    expect([cells.widget('w'), cells.outputs('a')]).toEqual([[], ['stdout: new']]);
    cells.setWidget('w', { msg_id: 'again' }).tell({ type: 'kernel-restarted', time: DATE });
    expect(cells.print('again', '!').outputs('a')).toEqual(['stdout: new!']);
    expect(cells.widget('w')).toBeNull();
  });
});
