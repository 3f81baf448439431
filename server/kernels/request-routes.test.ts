import { describe, expect, test } from 'vitest';
import { spokenMessage } from '../../test/doubles/spoken-message.ts';
import { RequestRoutes } from './request-routes.ts';

const request = (session: string) => spokenMessage({ channel: 'shell', type: 'execute_request', session });

describe('an answer of a kernel finds who asked', () => {
  test('by the session in its parent', () => {
    const routes = new RequestRoutes();
    const [one, two] = [request('one'), request('two')];
    routes.sent(one, 'one');
    routes.sent(two, 'two');
    expect(routes.sessionOf(spokenMessage({ channel: 'shell', parent: one }))).toBe('one');
    expect(routes.sessionOf(spokenMessage({ channel: 'stdin', parent: two }))).toBe('two');
  });

  test('by its message where the client names another session than its socket has', () => {
    const routes = new RequestRoutes();
    const foreign = request('a session of its own');
    routes.sent(foreign, 'socket');
    expect(routes.sessionOf(spokenMessage({ channel: 'control', parent: foreign }))).toBe('socket');
  });

  test('a question without a parent goes to who asked last, or the kernel waits for ever; output is for nobody', () => {
    const routes = new RequestRoutes();
    expect(routes.sessionOf(spokenMessage({ channel: 'stdin' }))).toBeNull();
    routes.sent(request('one'), 'one');
    routes.sent(request('two'), 'two');
    expect(routes.sessionOf(spokenMessage({ channel: 'stdin' }))).toBe('two');
    expect(routes.sessionOf(spokenMessage({ channel: 'iopub' }))).toBeNull();
  });

  test('I5: remembers a bounded number of foreign messages', () => {
    const routes = new RequestRoutes();
    const first = request('foreign');
    routes.sent(first, 'socket');
    for (let each = 0; each < 10_000; each++) routes.sent(request('foreign'), 'socket');
    expect(routes.sessionOf(spokenMessage({ channel: 'shell', parent: first }))).toBe('foreign');
  });
});
