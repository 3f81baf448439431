import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findStaticFile, safeSegments } from './find-static-file.ts';

let folder: string;
let served: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'static-')));
  served = join(folder, 'served');
  await mkdir(join(served, 'inside'), { recursive: true });
  await mkdir(join(folder, 'second', 'inside'), { recursive: true });
  await mkdir(join(folder, 'outside'));
  await writeFile(join(served, 'inside', 'a.js'), 'first');
  await writeFile(join(folder, 'second', 'inside', 'a.js'), 'second');
  await writeFile(join(folder, 'second', 'b.js'), 'only in the second');
  await writeFile(join(folder, 'outside', 'secret.txt'), 'secret');
});
afterEach(() => rm(folder, { recursive: true }));

test('the first folder of the path that has it wins', async () => {
  const path = [served, join(folder, 'second')];
  expect(await findStaticFile(path, 'inside/a.js', 'inside')).toMatchObject({
    path: join(served, 'inside', 'a.js'),
    size: 5,
  });
  expect((await findStaticFile(path, 'b.js', 'inside'))?.path).toBe(join(folder, 'second', 'b.js'));
  expect(await findStaticFile(path, 'missing.js', 'inside')).toBeNull();
  expect(await findStaticFile(path, 'inside', 'inside')).toBeNull();
  expect(await findStaticFile(path, 'x'.repeat(5000), 'inside')).toBeNull();
});

test.each(['', '/', '..', '../outside/secret.txt', 'inside/../../outside/secret.txt', 'inside//a.js'])(
  'no file is at %j',
  async (path) => {
    expect(await findStaticFile([served], path, 'linked-directories')).toBeNull();
  },
);
test.each(['inside/./a.js', 'inside\\a.js', 'inside/a.js\0', '..\\outside\\secret.txt'])(
  'no file is at %j either',
  (path) => expect(safeSegments(path)).toBeNull(),
);

test('whatever path is asked for, what is found lies below the folder', async () => {
  const name = fc.constantFrom('..', '.', '', 'inside', 'outside', 'secret.txt', 'a.js', '\\', '..\\', '\0');
  await fc.assert(
    fc.asyncProperty(fc.array(name, { maxLength: 6 }), async (names) => {
      const file = await findStaticFile([served], names.join('/'), 'inside');
      if (file !== null) expect(file.path.startsWith(`${served}/`)).toBe(true);
    }),
  );
});

test('links may lead anywhere inside, and outside only as linked folders of extensions under development', async () => {
  await symlink(join(served, 'inside', 'a.js'), join(served, 'link.js'));
  await symlink(join(folder, 'outside', 'secret.txt'), join(served, 'secret.txt'));
  await symlink(join(folder, 'outside'), join(served, 'linked'));
  await symlink(join(folder, 'second'), join(folder, 'outside', 'further'));
  expect(await findStaticFile([served], 'link.js', 'inside')).not.toBeNull();
  expect(await findStaticFile([served], 'linked/secret.txt', 'inside')).toBeNull();
  expect(await findStaticFile([served], 'linked/secret.txt', 'linked-directories')).not.toBeNull();
  expect(await findStaticFile([served], 'linked/further/b.js', 'linked-directories')).toBeNull();
  for (const policy of ['inside', 'linked-directories'] as const)
    expect(await findStaticFile([served], 'secret.txt', policy)).toBeNull();
});
