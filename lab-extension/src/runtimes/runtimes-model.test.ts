import { describe, expect, test } from 'vitest';
import type { RuntimesAnswer } from '../../../server/wire/places-api.ts';
import type { RuntimeModel } from '../../../server/wire/runtime.ts';
import { RuntimesModel, type RuntimeSources } from './runtimes-model.ts';

/** A server with kernels, and a clock that is moved by hand. */
class Sources implements RuntimeSources {
  asked = 0;
  tells = true;
  hidden = false;
  fails: string | null = null;
  names: readonly string[] = ['a'];
  readonly followers = new Set<() => void>();
  readonly timers = new Set<() => void>();

  places(): Promise<[]> {
    return Promise.resolve([]);
  }

  runtimes(): Promise<RuntimesAnswer> {
    this.asked += 1;
    if (this.fails !== null) return Promise.reject(new Error(this.fails));
    return Promise.resolve({
      runtimes: this.names.map((kernelId) => ({ kernelId }) as RuntimeModel),
      warm: [],
    });
  }

  follow(changed: () => void): (() => void) | null {
    if (!this.tells) return null;
    this.followers.add(changed);
    return () => this.followers.delete(changed);
  }

  after(_milliseconds: number, run: () => void): () => void {
    this.timers.add(run);
    return () => this.timers.delete(run);
  }

  isHidden(): boolean {
    return this.hidden;
  }

  ring(): void {
    for (const run of [...this.timers]) {
      this.timers.delete(run);
      run();
    }
  }
}

const idsOf = (model: RuntimesModel): string[] => model.runtimes.map(({ kernelId }) => kernelId);

describe('the model of places and kernels', () => {
  test('asks nothing before somebody looks, and follows the server until nobody does', async () => {
    const sources = new Sources();
    const model = new RuntimesModel(sources);
    expect(sources.asked).toBe(0);
    const [first, second] = [model.watch(), model.watch()];
    await model.refresh();
    expect(idsOf(model)).toEqual(['a']);
    sources.names = ['a', 'b'];
    for (const tell of sources.followers) tell();
    await model.refresh();
    expect(idsOf(model)).toEqual(['a', 'b']);
    expect(sources.timers.size).toBe(0);
    first.dispose();
    expect(sources.followers.size).toBe(1);
    second.dispose();
    second.dispose();
    expect(sources.followers.size).toBe(0);
  });

  test('where the server does not tell, it asks while somebody looks, and not in a hidden page', async () => {
    const sources = new Sources();
    sources.tells = false;
    const model = new RuntimesModel(sources);
    const watch = model.watch();
    await model.refresh();
    const before = sources.asked;
    sources.hidden = true;
    sources.ring();
    await expect.poll(() => sources.timers.size).toBe(1);
    expect(sources.asked).toBe(before);
    sources.hidden = false;
    sources.ring();
    await expect.poll(() => sources.timers.size).toBe(1);
    expect(sources.asked).toBe(before + 1);
    watch.dispose();
    expect(sources.timers.size).toBe(0);
  });

  test('keeps what it knew when the server fails, says so, and forgets that afterwards', async () => {
    const sources = new Sources();
    const model = new RuntimesModel(sources);
    await model.refresh();
    sources.fails = 'no';
    await model.refresh();
    expect([model.problem, idsOf(model)]).toEqual(['no', ['a']]);
    sources.fails = null;
    await model.refresh();
    expect(model.problem).toBeNull();
  });
});
