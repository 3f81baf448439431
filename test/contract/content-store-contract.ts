import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContentError, type ContentErrorCode } from '../../server/contents/content-error.ts';
import type { ContentModel } from '../../server/contents/content-model.ts';
import type {
  ContentChange,
  ContentStore,
  GetOptions,
  OnContentChange,
} from '../../server/contents/content-store.ts';

export interface ContentStoreUnderTest {
  readonly store: ContentStore;
  dispose(): Promise<void>;
}

/** An empty store that tells this observer. */
export type CreateContentStore = (onChange: OnContentChange) => Promise<ContentStoreUnderTest>;

const ACTOR = 'ada';
const whole: GetOptions = { content: true, type: null, format: null, hash: true };
const text = (content: string): object => ({ type: 'file', format: 'text', content });
const base64 = (bytes: Uint8Array, chunk?: number): object => ({
  type: 'file',
  format: 'base64',
  content: Buffer.from(bytes).toString('base64'),
  ...(chunk === undefined ? {} : { chunk }),
});
const notebook = (source: string): object => ({
  type: 'notebook',
  format: 'json',
  content: {
    cells: [{ cell_type: 'code', id: 'a', source, metadata: {}, outputs: [], execution_count: null }],
    metadata: {},
    nbformat: 4,
    nbformat_minor: 5,
  },
});

/** What every implementation of `ContentStore` must hold, whatever it keeps its files in. */
export function contentStoreContract(name: string, create: CreateContentStore): void {
  describe(`the content store contract, ${name}`, () => {
    let underTest: ContentStoreUnderTest;
    let store: ContentStore;
    let changes: ContentChange[];
    let observe: OnContentChange;

    beforeEach(async () => {
      changes = [];
      observe = (change) => void changes.push(change);
      underTest = await create((change) => observe(change));
      store = underTest.store;
    });
    afterEach(() => underTest.dispose());

    const get = (path: string, options: Partial<GetOptions> = {}): Promise<ContentModel> =>
      store.get(path, { ...whole, ...options }, ACTOR);
    const save = (path: string, request: object): Promise<ContentModel> => store.save(path, request, ACTOR);
    const directory = (path: string): Promise<ContentModel> => save(path, { type: 'directory' });
    const content = async (path: string): Promise<unknown> => (await get(path)).content;
    const names = async (path: string): Promise<string[]> =>
      ((await content(path)) as ContentModel[]).map((model) => model.name).sort();
    const source = async (path: string): Promise<unknown> =>
      ((await content(path)) as { cells: { source: string }[] }).cells[0]?.source;
    const fails = async (action: Promise<unknown>, code: ContentErrorCode): Promise<ContentError> => {
      const error: unknown = await action.then(
        () => expect.unreachable(`It should have failed with ${code}`),
        (reason: unknown) => reason,
      );
      if (!(error instanceof ContentError)) throw error;
      expect(error.code).toBe(code);
      return error;
    };

    describe('getting', () => {
      it('gives a text with all keys of a model', async () => {
        await save('a.txt', text('héllo\n'));
        const model = await get('/a.txt/');
        expect(model).toMatchObject({
          name: 'a.txt',
          path: 'a.txt',
          type: 'file',
          format: 'text',
          content: 'héllo\n',
          mimetype: 'text/plain',
          size: 7,
          writable: true,
          hash: createHash('sha256').update('héllo\n').digest('hex'),
          hash_algorithm: 'sha256',
        });
        expect(model.last_modified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z$/);
      });

      it('without content says the same of it, and reads nothing', async () => {
        await save('a.bin', base64(Uint8Array.of(0, 255)));
        const { content: bytes, format, hash, ...rest } = await get('a.bin', { content: false, hash: false });
        expect([bytes, format, hash]).toEqual([null, null, null]);
        expect(await get('a.bin', { hash: false })).toMatchObject({
          ...rest,
          mimetype: rest.mimetype ?? 'application/octet-stream',
        });
      });

      it('gives what is not UTF-8 as base64, and refuses it as text', async () => {
        await save('a.dat', base64(Uint8Array.of(0xff, 0xfe, 0)));
        expect(await get('a.dat')).toMatchObject({ format: 'base64', content: '//4A\n' });
        expect((await fails(get('a.dat', { format: 'text' }), 'invalid')).reason).toBe('bad format');
      });

      it('gives a notebook as JSON, or as the text that it is', async () => {
        await save('a.ipynb', notebook('1 + 1\n2'));
        expect(await get('a.ipynb')).toMatchObject({ type: 'notebook', format: 'json', mimetype: null });
        expect(await source('a.ipynb')).toBe('1 + 1\n2');
        const asText = await get('a.ipynb', { type: 'file', format: 'text' });
        expect(JSON.parse(asText.content as string)).toMatchObject({ cells: [{ source: ['1 + 1\n', '2'] }] });
      });

      it('lists a directory without its entries’ content', async () => {
        await directory('d');
        await directory('d/sub');
        await save('d/a.txt', text('a'));
        await save('d/b.ipynb', notebook('b'));
        const model = await get('d');
        expect(model).toMatchObject({ type: 'directory', format: 'json', size: null, mimetype: null });
        const entries = (model.content as ContentModel[]).map(({ path, type, content: inner, format }) => [
          path,
          type,
          inner,
          format,
        ]);
        expect(entries.sort()).toEqual([
          ['d/a.txt', 'file', null, null],
          ['d/b.ipynb', 'notebook', null, null],
          ['d/sub', 'directory', null, null],
        ]);
      });

      it('has a root, empty at first, that is no other name', async () => {
        for (const path of ['', '/', '.', 'x/..'])
          expect(await get(path)).toMatchObject({ name: '', path: '', content: [] });
      });

      it('refuses a wrong type in both directions, and what is not there', async () => {
        await directory('d');
        await save('a.txt', text('a'));
        expect((await fails(get('a.txt', { type: 'directory' }), 'invalid')).reason).toBe('bad type');
        expect((await fails(get('d', { type: 'file' }), 'invalid')).reason).toBe('bad type');
        expect((await fails(get('d', { type: 'notebook' }), 'invalid')).reason).toBe('bad type');
        await fails(get('a.txt', { type: 'notebook' }), 'invalid');
        await fails(get('missing'), 'not-found');
        await fails(get('a.txt/below'), 'not-found');
      });
    });

    describe('saving', () => {
      it('replaces, and says what is there now without its content', async () => {
        await save('a.txt', text('long before'));
        const model = await save('a.txt', text('after'));
        expect(model).toMatchObject({ path: 'a.txt', content: null, format: null, size: 5, hash: null });
        expect(await content('a.txt')).toBe('after');
      });

      it('any bytes and any text come back as they were', async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.uint8Array({ maxLength: 300 }),
            fc.string({ unit: 'binary' }),
            async (bytes, characters) => {
              await save('bytes', base64(bytes));
              expect(
                Buffer.from((await get('bytes', { format: 'base64' })).content as string, 'base64'),
              ).toEqual(Buffer.from(bytes));
              await save('text', text(characters));
              expect((await get('text', { format: 'text' })).content).toBe(characters);
            },
          ),
          { numRuns: 25 },
        );
      });

      it('keeps a notebook that breaks the format, and says so', async () => {
        const request = notebook('x') as { content: object };
        const model = await save('odd.ipynb', { ...request, content: { ...request.content, unheardOf: 1 } });
        expect(model.message).toContain('unheardOf');
        expect((await get('odd.ipynb')).content).toMatchObject({ unheardOf: 1 });
      });

      it('makes a directory once, and lets it be saved again', async () => {
        await directory('d');
        await save('d/a.txt', text('a'));
        expect(await directory('d')).toMatchObject({ type: 'directory', path: 'd' });
        expect(await names('d')).toEqual(['a.txt']);
      });

      it.each([
        ['no type', { format: 'text', content: 'x' }, 'invalid'],
        ['an unknown type', { type: 'symlink', content: 'x' }, 'invalid'],
        ['no content', { type: 'file', format: 'text' }, 'invalid'],
        ['no format', { type: 'file', content: 'x' }, 'invalid'],
        ['an unknown format', { type: 'file', format: 'hex', content: 'x' }, 'invalid'],
        ['content that is no text', { type: 'file', format: 'text', content: 7 }, 'invalid'],
        ['a lone surrogate', text('a\ud800'), 'invalid'],
        ['broken base64', { type: 'file', format: 'base64', content: 'a' }, 'invalid'],
        ['base64 that is not ASCII', { type: 'file', format: 'base64', content: 'é' }, 'invalid'],
        ['a notebook that is none', { type: 'notebook', content: { cells: [] } }, 'invalid'],
        ['a notebook that is a list', { type: 'notebook', content: [] }, 'invalid'],
        ['a notebook in parts', { type: 'notebook', content: {}, chunk: 1 }, 'invalid'],
        ['a broken part', { type: 'file', format: 'base64', content: 'a', chunk: 1 }, 'invalid'],
      ] as const)('refuses %s, and the file is as it was (I6)', async (_, request, code) => {
        await save('a.ipynb', notebook('before'));
        changes = [];
        await fails(save('a.ipynb', request), code);
        expect(await source('a.ipynb')).toBe('before');
        expect(changes.filter(({ action }) => action !== 'get')).toEqual([]);
      });

      it('refuses a file over a directory, a directory over a file, and a missing parent', async () => {
        await directory('d');
        await save('a.txt', text('a'));
        await fails(save('d', text('x')), 'failed');
        await fails(directory('a.txt'), 'invalid');
        await fails(save('missing/a.txt', text('x')), 'failed');
        await fails(save('a.txt/b.txt', text('x')), 'failed');
        expect(await names('')).toEqual(['a.txt', 'd']);
      });

      it('refuses a name that is too long', async () => {
        await fails(save('x'.repeat(300), text('x')), 'invalid');
        expect(await names('')).toEqual([]);
      });
    });

    describe('creating', () => {
      it('has defaults for type and content', async () => {
        expect(await store.create('a.txt', {}, ACTOR)).toMatchObject({ type: 'file', size: 0 });
        expect(await store.create('a.ipynb', {}, ACTOR)).toMatchObject({ type: 'notebook' });
        expect(await store.create('d', { type: 'directory' }, ACTOR)).toMatchObject({ type: 'directory' });
        expect(await content('a.ipynb')).toMatchObject({ cells: [], nbformat: 4, nbformat_minor: 5 });
      });

      it('counts untitled names on', async () => {
        const made = async (type: 'file' | 'notebook' | 'directory', extension = ''): Promise<string> =>
          (await store.createUntitled('', { type, extension }, ACTOR)).path;
        expect([await made('notebook'), await made('notebook')]).toEqual([
          'Untitled.ipynb',
          'Untitled1.ipynb',
        ]);
        expect([await made('file', '.txt'), await made('file', '.txt')]).toEqual([
          'untitled.txt',
          'untitled1.txt',
        ]);
        expect([await made('directory'), await made('directory')]).toEqual([
          'Untitled Folder',
          'Untitled Folder 1',
        ]);
        await fails(store.createUntitled('missing', { type: 'file', extension: '' }, ACTOR), 'not-found');
      });

      it('many at once get names of their own', async () => {
        const wish = { type: 'notebook', extension: '' } as const;
        const made = await Promise.all(
          Array.from({ length: 12 }, () => store.createUntitled('', wish, ACTOR)),
        );
        expect(new Set(made.map(({ path }) => path)).size).toBe(12);
        expect(await names('')).toHaveLength(12);
      });
    });

    describe('copying', () => {
      it('into a directory takes the first free name, numbering a copy of a copy on', async () => {
        await directory('d');
        await save('a.txt', text('a'));
        const copied = async (from: string, to: string): Promise<string> =>
          (await store.copy(from, to, ACTOR)).path;
        expect(await copied('a.txt', 'd')).toBe('d/a.txt');
        expect(await copied('a.txt', '')).toBe('a-Copy1.txt');
        expect(await copied('a-Copy1.txt', '')).toBe('a-Copy2.txt');
        expect(await content('a-Copy2.txt')).toBe('a');
      });

      it('of a directory takes all it holds', async () => {
        await directory('d');
        await directory('d/e');
        await save('d/e/a.txt', text('deep'));
        expect((await store.copy('d', '', ACTOR)).path).toBe('d-Copy1');
        expect(await content('d-Copy1/e/a.txt')).toBe('deep');
        expect((await store.copy('d', 'd', ACTOR)).path).toBe('d/d');
        expect(await content('d/d/e/a.txt')).toBe('deep');
      });

      it('refuses what is not there, and a missing parent', async () => {
        await save('a.txt', text('a'));
        await fails(store.copy('missing', '', ACTOR), 'not-found');
        await fails(store.copy('a.txt', 'missing/b.txt', ACTOR), 'not-found');
        expect(await names('')).toEqual(['a.txt']);
      });
    });

    describe('renaming and deleting', () => {
      it('moves a file with its checkpoint, and a directory with all it holds', async () => {
        await directory('d');
        await save('a.ipynb', notebook('one'));
        await save('a.ipynb', notebook('two'));
        expect(await store.rename('a.ipynb', 'd/b.ipynb', ACTOR)).toMatchObject({
          path: 'd/b.ipynb',
          type: 'notebook',
        });
        expect(await store.checkpoints('d/b.ipynb')).toHaveLength(1);
        await store.rename('d', 'e', ACTOR);
        await store.restoreCheckpoint('e/b.ipynb', 'checkpoint', ACTOR);
        expect(await source('e/b.ipynb')).toBe('one');
        expect(await store.fileExists('a.ipynb')).toBe(false);
        expect(await store.directoryExists('d')).toBe(false);
      });

      it('refuses what is in the way, not there, or within itself', async () => {
        await directory('d');
        await save('a.txt', text('a'));
        await save('b.txt', text('b'));
        await fails(store.rename('a.txt', 'b.txt', ACTOR), 'exists');
        await fails(store.rename('a.txt', 'd', ACTOR), 'exists');
        await fails(store.rename('missing', 'c.txt', ACTOR), 'not-found');
        await fails(store.rename('a.txt', 'missing/c.txt', ACTOR), 'not-found');
        await fails(store.rename('d', 'd/e', ACTOR), 'failed');
        expect(await store.rename('a.txt', '/a.txt', ACTOR)).toMatchObject({ path: 'a.txt' });
        expect([await content('a.txt'), await content('b.txt')]).toEqual(['a', 'b']);
      });

      it('deletes files and directories, with their checkpoints, and never the root', async () => {
        await directory('d');
        await save('d/a.ipynb', notebook('a'));
        await save('b.ipynb', notebook('b'));
        await store.delete('b.ipynb', ACTOR);
        expect(await store.checkpoints('b.ipynb')).toEqual([]);
        await store.delete('d', ACTOR);
        expect(await names('')).toEqual([]);
        await fails(store.delete('b.ipynb', ACTOR), 'not-found');
        for (const root of ['', '/', '.', 'd/..']) await fails(store.delete(root, ACTOR), 'invalid');
      });
    });

    describe('checkpoints', () => {
      it('a file goes back to the one that was made, as often as wanted (I6)', async () => {
        await save('a.txt', text('one'));
        expect(await store.checkpoints('a.txt')).toEqual([]);
        const made = await store.createCheckpoint('a.txt');
        expect(await store.checkpoints('a.txt')).toEqual([made]);
        for (const version of ['two', 'three']) {
          await save('a.txt', text(version));
          await store.restoreCheckpoint('a.txt', made.id, ACTOR);
          expect(await content('a.txt')).toBe('one');
        }
        await store.deleteCheckpoint('a.txt', made.id);
        expect(await store.checkpoints('a.txt')).toEqual([]);
      });

      it('the first save of a notebook makes one, later saves leave it', async () => {
        await save('a.ipynb', notebook('first'));
        const [made] = await store.checkpoints('a.ipynb');
        await save('a.ipynb', notebook('second'));
        expect(await store.checkpoints('a.ipynb')).toEqual([made]);
        await store.restoreCheckpoint('a.ipynb', made?.id ?? '', ACTOR);
        expect(await source('a.ipynb')).toBe('first');
      });

      it('refuses one that there is not', async () => {
        await save('a.txt', text('a'));
        await fails(store.restoreCheckpoint('a.txt', 'checkpoint', ACTOR), 'not-found');
        await fails(store.deleteCheckpoint('a.txt', 'other'), 'not-found');
        await fails(store.createCheckpoint('missing.txt'), 'not-found');
        expect(await content('a.txt')).toBe('a');
      });
    });

    describe('uploading in parts', () => {
      const part = (path: string, byte: number, chunk: number): Promise<ContentModel> =>
        save(path, base64(Uint8Array.of(byte), chunk));
      const bytes = async (path: string): Promise<number[]> => [
        ...Buffer.from((await get(path, { format: 'base64' })).content as string, 'base64'),
      ];

      it('puts them together in order, and replaces the file only when all have come (I6)', async () => {
        await save('a.bin', text('before'));
        expect(await part('a.bin', 1, 1)).toMatchObject({ path: 'a.bin', size: 1, content: null });
        expect(await part('a.bin', 2, 2)).toMatchObject({ size: 2 });
        expect(await content('a.bin')).toBe('before');
        expect(await part('a.bin', 3, -1)).toMatchObject({ size: 3 });
        expect(await bytes('a.bin')).toEqual([1, 2, 3]);
      });

      it('one that is begun again forgets what came before', async () => {
        await part('a.bin', 1, 1);
        await part('a.bin', 2, 2);
        await part('a.bin', 7, 1);
        await part('a.bin', 8, -1);
        expect(await bytes('a.bin')).toEqual([7, 8]);
      });

      it('two clients that send one file at once: the first is told, the second gets its file whole', async () => {
        await part('a.bin', 1, 1);
        await part('a.bin', 2, 2);
        await part('a.bin', 101, 1);
        await fails(part('a.bin', 3, 3), 'invalid');
        await part('a.bin', 102, 2);
        await part('a.bin', 103, -1);
        expect(await bytes('a.bin')).toEqual([101, 102, 103]);
      });

      it('two files at once do not meet', async () => {
        await Promise.all([part('a.bin', 1, 1), part('b.bin', 11, 1)]);
        await Promise.all([part('a.bin', 2, 2), part('b.bin', 12, 2)]);
        await Promise.all([part('a.bin', 3, -1), part('b.bin', 13, -1)]);
        expect([await bytes('a.bin'), await bytes('b.bin')]).toEqual([
          [1, 2, 3],
          [11, 12, 13],
        ]);
      });

      it('a later part without a first continues the file', async () => {
        await save('a.bin', base64(Uint8Array.of(1)));
        await part('a.bin', 2, 2);
        await part('a.bin', 3, -1);
        expect(await bytes('a.bin')).toEqual([1, 2, 3]);
      });

      it('an abandoned one leaves nothing when the store closes', async () => {
        await save('a.bin', text('before'));
        await part('a.bin', 1, 1);
        await part('new.bin', 1, 1);
        expect(await store.fileExists('new.bin')).toBe(true);
        await store.close();
        expect(await content('a.bin')).toBe('before');
        expect(await names('')).toEqual(['a.bin']);
        await store.close();
      });
    });

    describe('trust', () => {
      const trusted = async (path: string): Promise<unknown> =>
        ((await content(path)) as { cells: { metadata: { trusted?: unknown } }[] }).cells.map(
          ({ metadata }) => metadata.trusted,
        );
      const rich = (source: string, mark: object = {}): object => {
        const request = notebook(source) as { content: { cells: object[] } };
        const output = { output_type: 'display_data', data: { 'text/html': '<b>' }, metadata: {} };
        const cells = request.content.cells.map((cell) => ({ ...cell, metadata: mark, outputs: [output] }));
        return { ...request, content: { ...request.content, cells } };
      };

      it('is not given to rich outputs that nobody vouched for, until somebody does', async () => {
        await save('a.ipynb', rich('x'));
        expect(await trusted('a.ipynb')).toEqual([false]);
        await store.trust('a.ipynb');
        expect(await trusted('a.ipynb')).toEqual([true]);
        await save('a.ipynb', rich('changed'));
        expect(await trusted('a.ipynb')).toEqual([false]);
      });

      it('of cells is kept by saving, and not stored in the file', async () => {
        await save('a.ipynb', rich('x', { trusted: true }));
        expect(await trusted('a.ipynb')).toEqual([true]);
        expect((await get('a.ipynb', { type: 'file' })).content).not.toContain('trusted');
      });

      it('is for notebooks', async () => {
        await save('a.txt', text('a'));
        await fails(store.trust('a.txt'), 'invalid');
        await fails(store.trust('missing.ipynb'), 'not-found');
      });
    });

    describe('paths', () => {
      const escapes = ['..', '../a.txt', 'd/../../a.txt', '/../a.txt', 'd/../..', 'd//../../a', 'a\0b'];

      it.each(escapes)('%j leads out, and is not found by anything', async (path) => {
        await save('a.txt', text('a'));
        await fails(get(path), 'not-found');
        await fails(save(path, text('x')), 'not-found');
        await fails(store.copy('a.txt', path, ACTOR), 'not-found');
        await fails(store.copy(path, '', ACTOR), 'not-found');
        await fails(store.rename('a.txt', path, ACTOR), 'not-found');
        await fails(store.rename(path, 'b.txt', ACTOR), 'not-found');
        await fails(store.delete(path, ACTOR), 'not-found');
        await fails(store.createCheckpoint(path), 'not-found');
        await fails(store.checkpoints(path), 'not-found');
        await expect(store.locateFile(path)).rejects.toBeInstanceOf(ContentError);
        await fails(store.trust(path), 'not-found');
        await fails(store.fileExists(path), 'not-found');
        expect(await store.resolve(path)).toBeNull();
      });

      it('an absolute one is one within the root', async () => {
        await directory('etc');
        await save('/etc/passwd', text('ours'));
        expect(await content('/etc/passwd')).toBe('ours');
        expect(await names('etc')).toEqual(['passwd']);
      });

      it('NFC and NFD are different names, and each is kept as it is', async () => {
        const [composed, decomposed] = ['é.txt'.normalize('NFC'), 'é.txt'.normalize('NFD')];
        await save(composed, text('one'));
        await save(decomposed, text('two'));
        expect(await names('')).toEqual([composed, decomposed].sort());
        expect([await content(composed), await content(decomposed)]).toEqual(['one', 'two']);
      });

      it('any name but a path is a name', async () => {
        const unit = fc.oneof(
          fc.constantFrom(' ', '%', '#', '?', '\\', ':', '*', '"', '\n', '日', '😀', '~', 'a'),
          fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        );
        const anyName = fc
          .string({ unit, minLength: 1, maxLength: 40 })
          .filter((one) => !/[/\0]|^\.|~$|\.pyc$|\.pyo$/.test(one));
        await fc.assert(
          fc.asyncProperty(anyName, async (one) => {
            await save(one, text(one));
            expect(await get(one)).toMatchObject({ name: one, path: one, content: one });
            expect(await names('')).toContain(one);
            expect(await store.resolve(one)).toBe(one);
            await store.delete(one, ACTOR);
          }),
          { numRuns: 40 },
        );
      });

      it('hidden ones are neither served, listed, made, moved nor deleted', async () => {
        await save('a.txt', text('a'));
        for (const path of ['.secret', '.d/a.txt', 'd/.e/a.txt']) {
          expect(await store.isHidden(path)).toBe(true);
          await fails(get(path), 'not-found');
          await fails(save(path, text('x')), 'invalid');
          await fails(store.rename('a.txt', path, ACTOR), 'invalid');
          await fails(store.rename(path, 'b.txt', ACTOR), 'invalid');
          await fails(store.delete(path, ACTOR), 'invalid');
          await fails(store.locateFile(path), 'not-found');
        }
        expect(await store.isHidden('a.txt')).toBe(false);
        await save('x.pyc', text('x'));
        await save('backup~', text('x'));
        expect(await names('')).toEqual(['a.txt']);
      });

      it('are located for streaming when they are files', async () => {
        await directory('d');
        await save('d/a.tar.gz', text('a'));
        expect(await store.locateFile('d/a.tar.gz')).toMatchObject({
          name: 'a.tar.gz',
          mimeType: 'application/x-tar',
          encoding: 'gzip',
        });
        await fails(store.locateFile('d'), 'forbidden');
        await fails(store.locateFile('d/b'), 'not-found');
      });
    });

    describe('the observer (I1)', () => {
      it('is told of each change in order, with who did it', async () => {
        await save('a.txt', text('abc'));
        await store.copy('a.txt', 'b.txt', 'bob');
        await store.rename('b.txt', 'c.txt', ACTOR);
        await directory('d');
        await get('c.txt');
        await store.delete('c.txt', ACTOR);
        expect(changes).toEqual([
          {
            action: 'save',
            path: 'a.txt',
            actor: ACTOR,
            type: 'file',
            size: 3,
            sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
          },
          { action: 'copy', path: 'b.txt', sourcePath: 'a.txt', actor: 'bob', type: 'file' },
          { action: 'rename', path: 'c.txt', sourcePath: 'b.txt', actor: ACTOR, type: 'file' },
          { action: 'save', path: 'd', actor: ACTOR, type: 'directory', size: 0, sha256: null },
          { action: 'get', path: 'c.txt', actor: ACTOR },
          { action: 'delete', path: 'c.txt', actor: ACTOR, type: 'file' },
        ]);
      });

      it('is told of a file in parts once, when it is whole', async () => {
        await save('a.bin', base64(Uint8Array.of(97), 1));
        await save('a.bin', base64(Uint8Array.of(98), 2));
        expect(changes).toEqual([]);
        await save('a.bin', base64(Uint8Array.of(99), -1));
        expect(changes).toMatchObject([
          {
            action: 'save',
            size: 3,
            sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
          },
        ]);
      });

      it('has everything before the answer goes out', async () => {
        await save('a.ipynb', notebook('a'));
        await store.createCheckpoint('a.ipynb');
        const gates: (() => void)[] = [];
        observe = () => new Promise<void>((open) => gates.push(open));
        for (const act of [
          () => save('b.txt', text('b')),
          () => store.copy('b.txt', '', ACTOR),
          () => store.rename('b.txt', 'c.txt', ACTOR),
          () => store.restoreCheckpoint('a.ipynb', 'checkpoint', ACTOR),
          () => store.createUntitled('', { type: 'file', extension: '.txt' }, ACTOR),
          () => store.delete('c.txt', ACTOR),
          () => get('a.ipynb'),
        ]) {
          let answered = false;
          const answer = act().then(() => (answered = true));
          await expect.poll(() => gates.length).toBe(1);
          expect(answered).toBe(false);
          gates.pop()?.();
          expect(await answer).toBe(true);
        }
      });

      it('that fails, fails the request, and the change stands', async () => {
        observe = () => Promise.reject(new Error('the log is closed'));
        await expect(save('a.txt', text('a'))).rejects.toThrow('the log is closed');
        observe = () => {};
        expect(await content('a.txt')).toBe('a');
      });
    });

    describe('at once', () => {
      it('saves of one file come one after another: it is one of them, whole', async () => {
        const versions = Array.from({ length: 12 }, (_, index) => `${index}`.repeat(20_000 + index));
        await Promise.all(versions.map((version) => save('a.txt', text(version))));
        expect(versions).toContain(await content('a.txt'));
        expect(await names('')).toEqual(['a.txt']);
        expect(changes.filter(({ action }) => action === 'save')).toHaveLength(12);
      });

      it('readers during saves see the one or the other', async () => {
        const versions = ['a'.repeat(100_000), 'b'.repeat(50_000)];
        await save('a.txt', text(versions[0] as string));
        const seen = await Promise.all(
          Array.from({ length: 20 }, async (_, index) => {
            if (index % 2 === 0) await save('a.txt', text(versions[(index / 2) % 2] as string));
            return content('a.txt');
          }),
        );
        for (const one of seen) expect(versions).toContain(one);
      });

      it('a save while the file is renamed loses neither version', async () => {
        await save('a.txt', text('old'));
        await Promise.all([
          store.rename('a.txt', 'b.txt', ACTOR),
          save('a.txt', text('new')),
          store.createCheckpoint('a.txt').catch(() => null),
        ]);
        const all = await Promise.all((await names('')).map((path) => content(path)));
        expect(all).toContain('new');
      });

      it('a rename never goes over what is being saved under the new name (I6)', async () => {
        for (let round = 0; round < 10; round += 1) {
          await save('from.txt', text('renamed'));
          const [renamed] = await Promise.allSettled([
            store.rename('from.txt', 'to.txt', ACTOR),
            save('to.txt', text('saved')),
          ]);
          expect(await content('to.txt')).toBe('saved');
          if (renamed.status === 'rejected') expect(await content('from.txt')).toBe('renamed');
          else expect(await store.fileExists('from.txt')).toBe(false);
          await store.delete('to.txt', ACTOR);
          if (renamed.status === 'rejected') await store.delete('from.txt', ACTOR);
        }
      });

      it('copies into one directory get names of their own', async () => {
        await save('a.txt', text('a'));
        const copies = await Promise.all(Array.from({ length: 8 }, () => store.copy('a.txt', '', ACTOR)));
        expect(new Set(copies.map(({ path }) => path)).size).toBe(8);
      });
    });
  });
}
