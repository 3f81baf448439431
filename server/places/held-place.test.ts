import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PlaceError } from '../../kernel-bridge/places/place-error.ts';
import { kernelspec } from '../../test/doubles/memory-kernelspecs.ts';
import { ScriptedPlace } from '../../test/doubles/scripted-place.ts';
import { HeldPlace } from './held-place.ts';

let place: ScriptedPlace;
let changes: number;
beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-21T12:00:00Z') });
  place = new ScriptedPlace();
  changes = 0;
});
afterEach(() => void vi.useRealTimers());

function held(more: Partial<ConstructorParameters<typeof HeldPlace>[0]> = {}): HeldPlace {
  return new HeldPlace({
    ...{ id: 'lab', title: 'Lab', kind: 'gateway', isConfigured: false, settings: {}, place },
    onChange: () => (changes += 1),
    ...more,
  });
}
const away = new PlaceError('PLACE_AWAY', 'It is away.', 'Start it.');
const broken = new PlaceError('PLACE_UNREACHABLE', 'Nobody answers.', 'Look at the cable.');

describe('a place', () => {
  test('is being checked until it has answered, and then has its kernels, named after it', async () => {
    const lab = held();
    expect(lab.state).toMatchObject({ kind: 'checking', text: null });
    await lab.refresh();
    expect(lab.state).toMatchObject({ kind: 'ready', text: null, since: '2026-11-21T12:00:00.000Z' });
    expect(lab.kernelspecs).toMatchObject([
      {
        name: 'lab.python3',
        place: 'lab',
        spec: {
          display_name: 'python3 · Lab',
          metadata: { in_the_loop: { place: { id: 'lab', title: 'Lab', kind: 'gateway' } } },
        },
      },
    ]);
    lab.rename('Laboratory');
    expect(lab.kernelspecs[0]?.spec.display_name).toBe('python3 · Laboratory');
  });

  test('that fails says why, keeps what it offered, and is asked again later and later', async () => {
    const lab = held();
    await lab.refresh();
    place.offers = () => Promise.reject(broken);
    await lab.refresh();
    expect(lab.state).toMatchObject({
      kind: 'failed',
      text: 'Nobody answers.',
      remedy: 'Look at the cable.',
    });
    expect(lab.kernelspecs).toHaveLength(1);
    place.asked.length = 0;
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    // At 15, 45, 105, 225, 465 and 945 s, and then each 10 minutes.
    expect(place.asked).toHaveLength(10);
    place.offers = () => Promise.resolve([]);
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    expect(lab.state.kind).toBe('ready');
    expect(vi.getTimerCount()).toBe(0);
  });

  test('that dials in by itself is waited for, and asked when it says that it came', async () => {
    place.offers = () => Promise.reject(away);
    const lab = held();
    await lab.refresh();
    expect(lab.state).toMatchObject({ kind: 'away', remedy: 'Start it.' });
    expect(vi.getTimerCount()).toBe(0);
    place.offers = () => Promise.resolve([kernelspec('ir')]);
    place.changes();
    await vi.advanceTimersByTimeAsync(0);
    expect(lab.kernelspecs.map(({ name }) => name)).toEqual(['lab.ir']);
  });

  test('that never answers is told so, and does not stay in the way of the next try', async () => {
    place.offers = () => new Promise(() => undefined);
    const lab = held();
    const refreshed = lab.refresh();
    await vi.advanceTimersByTimeAsync(90_000);
    await refreshed;
    expect(lab.state).toMatchObject({ kind: 'failed' });
    expect(lab.state.text).toContain('90 seconds');
  });

  test('is asked once by many who ask at once, and once more if it changed meanwhile', async () => {
    const lab = held();
    await Promise.all([lab.refresh(), lab.refresh()]);
    await vi.advanceTimersByTimeAsync(0);
    expect(place.asked.length).toBeLessThanOrEqual(2);
    place.asked.length = 0;
    lab.refreshIfOld();
    expect(place.asked).toEqual([]);
    vi.advanceTimersByTime(61_000);
    lab.refreshIfOld();
    expect(place.asked).toEqual(['kernelspecs']);
  });

  test('of an earlier server has at once what it offered then', () => {
    expect(held({ known: [kernelspec('ir')] }).kernelspecs.map(({ name }) => name)).toEqual(['lab.ir']);
  });

  test('that cannot be made has failed, and is not asked', async () => {
    const lab = held({ place: null, problem: 'The file token cannot be read (ENOENT).' });
    await lab.refresh();
    expect(lab.state).toMatchObject({ kind: 'failed', text: 'The file token cannot be read (ENOENT).' });
  });

  test('counts how often the way to it was broken and mended', async () => {
    const lab = held();
    await lab.refresh();
    for (const outage of ['The line is cut.', null, 'Again.', null]) {
      place.outage = outage;
      await lab.refresh();
    }
    expect(lab.reconnects).toBe(2);
  });

  test('whose kernels have strange names, or are too many, offers what can be named', async () => {
    const names = ['../x', 'a b', '', ...Array.from({ length: 300 }, (_, index) => `k${index}`)];
    place.offers = () => Promise.resolve(names.map((name) => kernelspec(name)));
    const lab = held();
    await lab.refresh();
    expect(lab.kernelspecs).toHaveLength(200);
    expect(lab.kernelspecs[0]?.name).toBe('lab.k0');
  });

  test('that is closed is asked no more', async () => {
    place.offers = () => Promise.reject(broken);
    const lab = held();
    await lab.refresh();
    const before = changes;
    lab.close();
    await vi.advanceTimersByTimeAsync(60 * 60_000);
    await lab.refresh();
    expect(changes).toBe(before);
    expect(place.asked).toHaveLength(1);
  });
});
