import type { CommandRegistry } from '@lumino/commands';
import { Signal } from '@lumino/signaling';
import { beforeEach, expect, test } from 'vitest';
import { stayWithCopy } from './stay-with-copy.ts';

let executed: Signal<CommandRegistry, CommandRegistry.ICommandExecutedArgs>;
let shown: string[];
let wants: (name: string | null) => void;
beforeEach(() => {
  executed = new Signal({} as CommandRegistry);
  shown = [];
  wants = stayWithCopy({ commandExecuted: executed }, (name) => shown.push(name));
});

/** @param result when it has done so, or failed */
async function open(result = Promise.resolve(), dontShowBrowser = true): Promise<void> {
  executed.emit({ id: 'filebrowser:open-path', args: { path: 'a.ipynb', dontShowBrowser }, result });
  await result.catch(() => undefined);
}

test('a copy that was opened while JupyterLab opens the address is shown again, once', async () => {
  wants('first.ipynb');
  const opening = open();
  wants('a.ipynb');
  expect(shown).toEqual([]);
  await opening;
  await open();
  expect(shown).toEqual(['a.ipynb']);
});

test('also where the address could not be opened', async () => {
  wants('a.ipynb');
  await open(Promise.reject(new Error('There is no such file.')));
  expect(shown).toEqual(['a.ipynb']);
});

test('whoever has none, went back to the original, or opens a file by themselves is left where they are', async () => {
  wants('a.ipynb');
  await open(Promise.resolve(), false);
  wants(null);
  await open();
  wants('a.ipynb');
  await open();
  expect(shown).toEqual([]);
});
