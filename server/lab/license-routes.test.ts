import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AppUnderTest } from '../../test/doubles/app-under-test.ts';
import { installLab, LAB } from '../../test/doubles/installed-lab.ts';
import type { InstalledLab } from '../../test/doubles/installed-lab.ts';
import { startLabApp } from '../../test/doubles/lab-app.ts';

const REPORT = 'third-party-licenses.json';
let lab: InstalledLab;
let app: AppUnderTest;
beforeEach(async () => {
  lab = await installLab();
  await lab.put(`${LAB}/static/${REPORT}`, { packages: [{ name: 'react' }] });
  await lab.putExtension('data/labextensions', '@scope/one');
  await lab.put(`data/labextensions/@scope/one/static/${REPORT}`, { packages: [{ name: 'left-pad' }, 5] });
  app = await startLabApp(lab);
});
afterEach(async () => {
  await app.close();
  await lab.remove();
});
const APPLICATION = '@jupyterlab/application-top';
const names = async (query: string): Promise<unknown> => {
  const { bundles } = (await app.ask(`/lab/api/licenses/${query}`)).json() as { bundles: object };
  return bundles;
};

test('all that is in the front-end is listed, by bundle', async () => {
  const application = { [APPLICATION]: { packages: [{ name: 'react' }] } };
  const extension = { '@scope/one': { packages: [{ name: 'left-pad' }] } };
  expect(await names('')).toEqual({ ...application, ...extension });
  expect(await names('?bundles=@scope/')).toEqual(extension);
  expect(await names('?bundles=top$')).toEqual({});
});

test('a report may be downloaded', async () => {
  const answer = await app.ask('/lab/api/licenses/?format=csv&download=true');
  expect(answer.headers).toMatchObject({
    'content-type': 'text/csv',
    'content-disposition': "attachment; filename*=utf-8''jupyterlab-licenses.csv",
  });
});

// jupyter_server never answers these.
test.each(['format=nonsense', 'bundles=('])('%s is refused', async (query) => {
  expect((await app.ask(`/lab/api/licenses/?${query}`)).status).toBe(400);
});
