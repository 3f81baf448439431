import type { ISessionContext } from '@jupyterlab/apputils';
import { expect, test } from 'vitest';
import { refuseRestarts } from './refuse-restarts.ts';

test('without the server a restart is refused and said, and JupyterLab does not take the kernel for one that restarts', async () => {
  const restarted: ISessionContext[] = [];
  let told = 0;
  let isAway = true;
  const dialogs = {
    restart: (context: ISessionContext) => {
      restarted.push(context);
      return Promise.resolve(true);
    },
  };
  refuseRestarts(
    dialogs,
    () => isAway,
    () => (told += 1),
  );
  const context = {} as ISessionContext;
  expect(await dialogs.restart(context)).toBe(false);
  expect([restarted, told]).toEqual([[], 1]);
  isAway = false;
  expect(await dialogs.restart(context)).toBe(true);
  expect([restarted, told]).toEqual([[context], 1]);
});
