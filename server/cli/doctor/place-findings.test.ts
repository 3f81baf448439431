import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { placeFindings } from './place-findings.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'places-'))));
afterEach(() => rm(folder, { recursive: true }));

async function serverThatSays(status: number, answer: object): Promise<string> {
  const asked = createServer((request, response) => {
    const isRight =
      request.url === '/base/api/in-the-loop/v1/places' && request.headers.authorization === 'token t';
    response.writeHead(isRight ? status : 404).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => asked.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void asked.close());
  return `http://127.0.0.1:${(asked.address() as AddressInfo).port}/base/lab?token=t`;
}
const place = (id: string, kind: string, state: object): object => ({
  ...{ id, title: id, kind, kernelspecs: [`${id}.python3`], state },
});

test('without places kernels run here, and nothing is wrong', async () => {
  expect(await placeFindings(folder, new Map(), null)).toMatchObject([{ state: 'well' }]);
});

test('a server that runs is asked how its places are', async () => {
  const failed = { kind: 'failed', text: 'Nobody answers.', remedy: 'Look at the cable.' };
  const address = await serverThatSays(200, {
    places: [
      place('this-machine', 'local', { kind: 'ready', text: null, remedy: null }),
      place('good', 'ssh', { kind: 'ready', text: null, remedy: null }),
      place('bad', 'ssh', failed),
      place('box', 'agent', { kind: 'away', text: 'Not here.', remedy: 'Start it.' }),
    ],
  });
  expect(await placeFindings(folder, new Map(), address)).toMatchObject([
    { state: 'well' },
    { state: 'broken', what: 'bad (bad, ssh) cannot be used: Nobody answers.', remedy: 'Look at the cable.' },
    { state: 'unusual', remedy: 'Start it.' },
  ]);
});

test('what cannot be read is told, whoever runs', async () => {
  await writeFile(join(folder, 'places.json'), '{');
  const settings = { kind: 'ssh', settings: {}, problem: 'Its file is gone.' } as const;
  const findings = await placeFindings(folder, new Map([['set', settings]]), await serverThatSays(500, {}));
  expect(findings.map(({ state }) => state)).toEqual(['broken', 'broken', 'unusual']);
});
