import { describe, expect, test } from 'vitest';
import { OpenSockets } from './open-sockets.ts';

describe('the kernel websockets of a notebook', () => {
  const setUp = () => {
    const clock = { now: 100, notebooks: 1 };
    const documents = new Map([['kernel', 'n.ipynb']]);
    const sockets = new OpenSockets({
      documentOf: (kernelId) => documents.get(kernelId) ?? null,
      notebooksOn: () => clock.notebooks,
      now: () => clock.now,
    });
    const client = { sessionId: 's', actor: 'ada', attachedAt: 3, progress: { received: 3 } };
    sockets.opened('kernel', client);
    return { clock, documents, sockets, client };
  };

  test('follow the session of their kernel, and stay when the kernel is shut down', () => {
    const { documents, sockets } = setUp();
    const open = [{ kernelId: 'kernel', session: 's', actor: 'ada', confirmed: 3, since: 100 }];
    expect(sockets.socketsOf('n.ipynb')).toEqual(open);
    documents.set('kernel', 'renamed.ipynb');
    expect(sockets.socketsOf('n.ipynb')).toEqual([]);
    expect(sockets.socketsOf('renamed.ipynb')).toEqual(open);
    documents.clear();
    expect(sockets.socketsOf('renamed.ipynb')).toEqual(open);
  });

  test('that are gone: how far they had come, until they are back', () => {
    const { sockets, client } = setUp();
    expect(sockets.leftBy('kernel', 's')).toBeNull();
    expect(sockets.closed('kernel', client)).toBe('n.ipynb');
    expect(sockets.socketsOf('n.ipynb')).toEqual([]);
    expect(sockets.leftBy('kernel', 's')).toEqual({ actor: 'ada', received: 3, since: 100, isAlone: true });
    sockets.opened('kernel', client);
    expect(sockets.leftBy('kernel', 's')).toBeNull();
  });

  test('one that comes back by another connection before the first is gone, stays', () => {
    const { clock, sockets, client } = setUp();
    const again = { ...client, attachedAt: 9, progress: { received: 4 } };
    clock.now = 200;
    sockets.opened('kernel', again);
    sockets.closed('kernel', client);
    expect(sockets.socketsOf('n.ipynb')).toMatchObject([{ confirmed: 4, since: 100 }]);
    expect(sockets.leftBy('kernel', 's')).toBeNull();
  });

  test('that were here before the server was, are known from the beginning if they are read to from where they were', () => {
    const { client } = setUp();
    const returned = new OpenSockets({ documentOf: () => 'n.ipynb', notebooksOn: () => 1, now: () => 100 });
    returned.opened('kernel', { ...client, attachedAt: 9 });
    expect(returned.socketsOf('n.ipynb')).toMatchObject([{ confirmed: 3, since: 0 }]);
  });

  test('that are gone: whether another session was there meanwhile', () => {
    const { sockets, client } = setUp();
    const other = { ...client, sessionId: 'other' };
    sockets.opened('kernel', other);
    sockets.closed('kernel', other);
    sockets.closed('kernel', client);
    expect(sockets.leftBy('kernel', 's')?.isAlone).toBe(false);
    expect(sockets.leftBy('kernel', 'other')?.isAlone).toBe(false);
    const later = { ...client, sessionId: 'later' };
    sockets.opened('kernel', later);
    sockets.closed('kernel', later);
    expect(sockets.leftBy('kernel', 'later')?.isAlone).toBe(true);
  });

  test('share a kernel with those of another notebook, from when they do', () => {
    const { clock, sockets } = setUp();
    expect(sockets.isShared('kernel')).toBe(false);
    clock.notebooks = 2;
    sockets.socketsOf('n.ipynb');
    clock.notebooks = 1;
    expect(sockets.isShared('kernel')).toBe(true);
    expect(sockets.isShared('other')).toBe(false);
  });
});
