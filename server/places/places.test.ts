import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { DialInDesk } from '../../kernel-bridge/far/dial-in.ts';
import type { KernelLifecycleEvent, LaunchRequest } from '../../kernel-bridge/kernel.ts';
import { PlaceError } from '../../kernel-bridge/places/place-error.ts';
import type { SupervisedKernelListener } from '../../kernel-bridge/supervisor/kernel-supervisor.ts';
import { kernelspec, memoryKernelspecs } from '../../test/doubles/memory-kernelspecs.ts';
import { MemorySupervisor } from '../../test/doubles/memory-supervisor.ts';
import { ScriptedPlace } from '../../test/doubles/scripted-place.ts';
import type { PlaceRequest } from '../wire/places-api.ts';
import { definePlaceKind } from './place-kind.ts';
import { PlacedKernelspecs } from './placed-kernelspecs.ts';
import { PlacedSupervisor } from './placed-supervisor.ts';
import type { KernelAtPlace } from './places.ts';
import { Places } from './places.ts';
import { PlacesFile } from './places-file.ts';

let folder: string;
let here: MemorySupervisor;
let running: KernelAtPlace[];
/** Each that was made, by its host: one that is tried is another than one that is there. */
const made = new Map<string, ScriptedPlace[]>();
let offers: ScriptedPlace['offers'] | null;
const ended: string[] = [];

const kind = definePlaceKind({
  schema: z.strictObject({ host: z.string(), token: z.string().optional() }),
  secrets: ['token'],
  make({ host }) {
    if (host === 'unmakeable') throw new Error('It cannot be made.');
    const place = new ScriptedPlace();
    if (offers !== null) place.offers = offers;
    made.set(host, [...(made.get(host) ?? []), place]);
    return Promise.resolve(place);
  },
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'places-'));
  here = new MemorySupervisor();
  running = [];
  made.clear();
  ended.length = 0;
  offers = null;
});
afterEach(() => rm(folder, { recursive: true }));

const nobodyDialsIn: DialInDesk = {
  expect() {
    throw new Error('nobody is expected');
  },
};
const specsHere = memoryKernelspecs(['python3', 'lab.shadow']);
const open = (configured: Parameters<typeof Places.open>[0]['configured'] = new Map()): Promise<Places> =>
  Places.open({
    configured,
    file: new PlacesFile(join(folder, 'places.json')),
    directory: join(folder, 'places'),
    kinds: {
      ssh: () => Promise.resolve(kind),
      gateway: () => Promise.resolve({ ...kind, renewsSecrets: true }),
    },
    here,
    kernelspecs: specsHere,
    desk: nobodyDialsIn,
    runtimeDirectory: folder,
    isOurs: () => false,
    logger: pino({ level: 'silent' }),
    kernelsAt: () => running,
    endKernel: (kernelId) => Promise.resolve(void ended.push(kernelId)),
  });
const request = (title: string, host = 'a', more: object = {}): PlaceRequest => ({
  title,
  kind: 'ssh',
  settings: { host, ...more },
});
const last = (host: string): ScriptedPlace => {
  const place = made.get(host)?.at(-1);
  if (place === undefined) throw new Error(`no place was made at ${host}`);
  return place;
};

describe('places', () => {
  test('that were made are there again, with their secrets, after a restart; only their owner may read them', async () => {
    const places = await open();
    const { id } = await places.add(request('Lab', 'a', { token: 'secret' }));
    expect(places.get(id).settings).toEqual({ host: 'a' });
    expect((await stat(join(folder, 'places.json'))).mode & 0o777).toBe(0o600);
    await places.close();
    const again = await open();
    expect(again.list().map(({ title, settings }) => [title, settings])).toEqual([['Lab', { host: 'a' }]]);
    expect(await readFile(join(folder, 'places.json'), 'utf8')).toContain('secret');
  });

  test('that cannot be made are there and say why, and keep no other from being there', async () => {
    const file = {
      places: {
        bad: { kind: 'ssh', settings: { host: 'unmakeable' } },
        wrong: { kind: 'ssh', settings: {} },
        good: { kind: 'ssh', settings: { host: 'a' } },
      },
    };
    await writeFile(join(folder, 'places.json'), JSON.stringify(file));
    const places = await open(
      new Map([['set', { kind: 'ssh', settings: { host: 'b' }, problem: 'Its file is gone.' }]]),
    );
    expect(places.get('bad').state).toMatchObject({ kind: 'failed', text: 'It cannot be made.' });
    expect(places.get('wrong').state.kind).toBe('failed');
    expect(places.get('set').state).toMatchObject({ kind: 'failed', text: 'Its file is gone.' });
    expect(places.get('good').state.kind).toBe('checking');
  });

  test('are not written over where their file cannot be read', async () => {
    await writeFile(join(folder, 'places.json'), '{ torn');
    const places = await open();
    await expect(places.add(request('Lab'))).rejects.toMatchObject({ status: 500 });
    expect(await readFile(join(folder, 'places.json'), 'utf8')).toBe('{ torn');
  });

  test('with kernels get new secrets where their kernels take them, and nothing else', async () => {
    const places = await open();
    const asked = { title: 'Lab', kind: 'gateway' as const };
    const { id } = await places.add({ ...asked, settings: { host: 'a', token: 'secret' } });
    running = [{ kernelId: 'k', notebook: null, state: 'idle' }];
    await places.change(id, { ...asked, settings: { token: 'fresh' } });
    expect(await readFile(join(folder, 'places.json'), 'utf8')).toContain('fresh');
    expect(made.get('a')).toHaveLength(2);
    await expect(places.change(id, { ...asked, settings: { host: 'b' } })).rejects.toMatchObject({
      status: 409,
    });
  });

  test('are changed: secrets that are left out stay, null removes, and with kernels only the title', async () => {
    const places = await open();
    const { id } = await places.add(request('Lab', 'a', { token: 'secret' }));
    await places.change(id, { ...request('Lab', 'b') });
    const text = await readFile(join(folder, 'places.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ places: { lab: { settings: { host: 'b', token: 'secret' } } } });
    expect(last('a').asked).toContain('close');
    running = [{ kernelId: 'k', notebook: 'n.ipynb', state: 'idle' }];
    await expect(places.change(id, request('Lab', 'c'))).rejects.toMatchObject({
      status: 409,
      more: { kernels: running },
    });
    expect((await places.change(id, request('Laboratory', 'b'))).title).toBe('Laboratory');
    running = [];
    await places.change(id, request('Laboratory', 'b', { token: null }));
    expect(await readFile(join(folder, 'places.json'), 'utf8')).not.toContain('secret');
  });

  test('are removed with their folder; with kernels only if these are to end', async () => {
    const places = await open();
    const { id } = await places.add(request('Lab'));
    running = [{ kernelId: 'k', notebook: null, state: 'busy' }];
    await expect(places.remove(id, false, 'bob')).rejects.toMatchObject({ status: 409 });
    await places.remove(id, true, 'bob');
    expect(ended).toEqual(['k']);
    expect(last('a').asked).toContain('end');
    expect(places.list()).toEqual([]);
    await expect(stat(join(folder, 'places', id))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(JSON.parse(await readFile(join(folder, 'places.json'), 'utf8'))).toEqual({ places: {} });
  });

  test('are tried without being there, and what runs at one is not touched by trying it otherwise', async () => {
    const places = await open();
    const steps: string[] = [];
    expect(await places.check(request('New', 'n'), (text) => steps.push(text))).toEqual(['new.python3']);
    expect(steps).toHaveLength(1);
    expect(places.list()).toEqual([]);
    expect(last('n').asked).toContain('close');
    const { id } = await places.add(request('Lab'));
    const there = last('a');
    await places.check({ ...request('Lab', 'b'), id }, () => undefined);
    expect(there.asked).not.toContain('close');
    offers = () => Promise.reject(new PlaceError('PLACE_DENIED', 'No.', 'Ask.'));
    await expect(places.check(request('Other', 'o'), () => undefined)).rejects.toMatchObject({
      code: 'PLACE_DENIED',
    });
    await places.acceptHostKey(id, 'SHA256:x', undefined);
    expect(there.accepted).toEqual(['SHA256:x']);
  });

  test('that dial in come and go by themselves, and are removed where they come from', async () => {
    const places = await open();
    const gone: string[] = [];
    const machine = {
      hostname: 'm',
      platform: 'linux',
      labels: {},
      cpus: 2,
      load: 0,
      memory: 1,
      memoryFree: 1,
    };
    const leave = await places.join({
      ...{ id: 'box', title: 'Box', kind: 'agent', place: new ScriptedPlace() },
      machine: () => machine,
      removed: (actor) => Promise.resolve(void gone.push(actor)),
    });
    expect(places.get('box').machine).toEqual(machine);
    await expect(places.change('box', request('Box'))).rejects.toMatchObject({ status: 409 });
    await places.remove('box', false, 'bob');
    expect(gone).toEqual(['bob']);
    await leave();
    expect(places.list()).toEqual([]);
  });
});

const listener: SupervisedKernelListener = {
  message: () => undefined,
  lifecycle: () => undefined,
  refused: () => undefined,
};

function launchOf(place?: string): LaunchRequest {
  return {
    kernelId: 'k',
    kernelspec: kernelspec('python3', place === undefined ? {} : { place }),
    workingDirectory: '/',
    sessionPath: '/root/n.ipynb',
    environment: {},
    pythonPrefix: '/',
    runtimeDirectory: '/',
  };
}

describe('the supervisor of all places', () => {
  const counted: string[] = [];
  const lifecycles: [string, KernelLifecycleEvent['kind']][] = [];
  const supervisorOf = (places: Places): PlacedSupervisor =>
    new PlacedSupervisor({
      here,
      places,
      logger: pino({ level: 'silent' }),
      resourcesOf: (placeId, path) => Promise.resolve({ asked: `${placeId} ${path ?? ''}` }),
      onLaunch: (place, succeeded) => counted.push(`${place} ${succeeded}`),
      onLifecycle: (place, _kernelId, { kind: what }) => lifecycles.push([place, what]),
    });
  beforeEach(() => {
    counted.length = 0;
    lifecycles.length = 0;
  });

  test('launches each kernel where its kernelspec says, with what its notebook asks for there', async () => {
    const places = await open();
    const { id } = await places.add(request('Lab'));
    const supervisor = supervisorOf(places);
    await supervisor.launch(launchOf(), listener);
    await supervisor.launch({ ...launchOf(id), kernelId: 'far' }, listener);
    expect(here.kernels.map((kernel) => kernel.id)).toEqual(['k']);
    expect(last('a').launched).toMatchObject([
      { request: { kernelId: 'far' }, resources: { asked: 'lab /root/n.ipynb' } },
    ]);
    last('a').supervisor.last.become({ kind: 'waiting', text: 'In the queue.' });
    expect(lifecycles).toEqual([['lab', 'waiting']]);
    expect(counted).toEqual(['this-machine true', 'lab true']);
  });

  test('says in words why a place starts none, which no other place notices', async () => {
    const places = await open();
    const { id } = await places.add(request('Lab'));
    last('a').launchFailure = new PlaceError('PLACE_REFUSED', 'The queue is full.', 'Wait a while.');
    const supervisor = supervisorOf(places);
    await expect(supervisor.launch(launchOf(id), listener)).rejects.toMatchObject({
      code: 'KERNEL_LAUNCH_FAILED',
      message: 'Lab: The queue is full. Wait a while.',
    });
    await expect(supervisor.launch(launchOf('gone'), listener)).rejects.toMatchObject({
      code: 'KERNEL_LAUNCH_FAILED',
    });
    await supervisor.launch(launchOf(), listener);
    expect(counted).toEqual(['lab false', 'gone false', 'this-machine true']);
  });

  test('finds and adopts the kernels of all places, also of one that nobody reaches', async () => {
    const places = await open();
    const { id } = await places.add(request('Lab'));
    const supervisor = supervisorOf(places);
    await supervisor.launch(launchOf(), listener);
    await supervisor.launch({ ...launchOf(id), kernelId: 'far' }, listener);
    const far = new ScriptedPlace(last('a').supervisor.foundAgain());
    far.offers = () => new Promise(() => undefined);
    here = here.foundAgain();
    const next = await open();
    await next.join({
      ...{ id: 'box', title: 'Box', kind: 'agent', place: far },
      machine: () => null,
      removed: () => Promise.resolve(),
    });
    const again = supervisorOf(next);
    expect(again.found.map((found) => found.request.kernelId).toSorted()).toEqual(['far', 'k']);
    expect(again.adopt('far', 0, listener).id).toBe('far');
    expect(again.adopt('k', 0, listener).id).toBe('k');
    expect(again.found).toEqual([]);
  });
});

describe('the kernelspecs of all places', () => {
  test('are behind those of this machine, which win, and nobody waits for a place to list them', async () => {
    const places = await open();
    const { id } = await places.add(request('Lab'));
    const kernelspecs = new PlacedKernelspecs(specsHere, places);
    await places.get(id).refresh();
    offers = () => new Promise(() => undefined);
    await places.add(request('Slow', 's'));
    const names = (await kernelspecs.list()).map(({ name }) => name);
    expect(names).toEqual(['python3', 'lab.shadow', 'lab.python3']);
    expect((await kernelspecs.find('LAB.Python3'))?.place).toBe('lab');
    expect((await kernelspecs.find('lab.shadow'))?.place).toBe(undefined);
    expect(await kernelspecs.find('nowhere.python3')).toBe(undefined);
    expect(await kernelspecs.find('.python3')).toBe(undefined);
    expect(await kernelspecs.defaultName()).toBe('python3');
  });

  test('one that is wanted now is waited for, of a place that was not asked yet', async () => {
    const places = await open();
    await places.add(request('Lab'));
    await places.close();
    const next = await open();
    const kernelspecs = new PlacedKernelspecs(memoryKernelspecs([]), next);
    expect((await kernelspecs.find('lab.python3'))?.place).toBe('lab');
    expect(await kernelspecs.defaultName()).toBe('lab.python3');
  });
});
