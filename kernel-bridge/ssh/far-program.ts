import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { PlaceError } from '../places/place-error.ts';
import { filesBelow } from './files-below.ts';
import type { FarNode } from './far-survey.ts';

/** Our program for one kind of machine, packed as `far-install` takes it. */
export interface FarProgram {
  /** `<version>-<hash>`: another content is another program. */
  readonly name: string;
  readonly archive: Buffer;
  readonly sha256: string;
}

/** Node 20.15 is the first that has all that the program uses (zlib.crc32). */
const OLDEST_NODE = [20, 15];
const require = createRequire(import.meta.url);

/** The newest that is new enough. */
export function usableNode(nodes: readonly FarNode[]): FarNode | null {
  const versionOf = ({ version }: FarNode): number[] => version.slice(1).split('.').map(Number);
  const isNewer = (a: readonly number[], b: readonly number[]): boolean =>
    (a[0] ?? 0) > (b[0] ?? 0) || (a[0] === b[0] && (a[1] ?? 0) >= (b[1] ?? 0));
  const usable = nodes.filter((node) => isNewer(versionOf(node), OLDEST_NODE));
  return usable.sort((a, b) => (isNewer(versionOf(a), versionOf(b)) ? -1 : 1))[0] ?? null;
}

/**
 * Our compiled kernel bridge, and of the packages that a supervisor loads what that machine's Node needs.
 * @param compiled the folder of the compiled kernel bridge
 * @throws PlaceError PLACE_UNFIT where ZeroMQ has no build for it
 */
export async function packFarProgram(compiled: string, version: string, node: FarNode): Promise<FarProgram> {
  const files = new Map<string, Buffer>();
  const add = async (path: string, file: string): Promise<void> => void files.set(path, await readFile(file));
  files.set('package.json', Buffer.from('{"name":"in-the-loop-there","private":true,"type":"module"}\n'));
  for (const file of await filesBelow(compiled))
    if (file.endsWith('.js')) await add(join('kernel-bridge', relative(compiled, file)), file);

  const zeromq = dirname(dirname(require.resolve('zeromq')));
  const fromZeromq = createRequire(join(zeromq, 'package.json'));
  const loader = fromZeromq.resolve('cmake-ts/build/loader');
  await add('node_modules/cmake-ts/package.json', join(dirname(dirname(loader)), 'package.json'));
  await add('node_modules/cmake-ts/build/loader.js', join(dirname(loader), 'loader.js'));
  await add('node_modules/zeromq/package.json', join(zeromq, 'package.json'));
  for (const name of ['index', 'draft', 'native', 'load-addon', 'util', 'errors'])
    await add(`node_modules/zeromq/lib/${name}.js`, join(zeromq, 'lib', `${name}.js`));
  const manifest = buildsFor(await readFile(join(zeromq, 'build', 'manifest.json'), 'utf8'), node);
  files.set('node_modules/zeromq/build/manifest.json', Buffer.from(JSON.stringify(manifest)));
  for (const build of Object.values(manifest))
    await add(`node_modules/zeromq/build/${build}`, join(zeromq, 'build', build));
  return pack(version, files);
}

/**
 * ZeroMQ's builds for such a machine, by their descriptions. All of them: which one loads is for its C library to say, and
 * the loader tries one after another.
 */
function buildsFor(text: string, node: FarNode): Record<string, string> {
  const builds = Object.entries(JSON.parse(text) as Record<string, string>).filter(([key]) => {
    const { os, arch } = JSON.parse(key) as Record<string, unknown>;
    return os === node.platform && arch === node.arch;
  });
  if (builds.length > 0) return Object.fromEntries(builds);
  throw new PlaceError(
    'PLACE_UNFIT',
    `ZeroMQ has no build for ${node.platform} on ${node.arch}, so no supervisor can run there.`,
    'Choose the mode in which only the kernel runs there (direct).',
  );
}

async function pack(version: string, files: ReadonlyMap<string, Buffer>): Promise<FarProgram> {
  const list = [...files].map(([path, bytes]) => ({ path, size: bytes.length }));
  const content = Buffer.concat([Buffer.from(`${JSON.stringify(list)}\n`), ...files.values()]);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const archive = await promisify(gzip)(content);
  const sha256 = createHash('sha256').update(archive).digest('hex');
  return { name: `${version}-${hash}`, archive, sha256 };
}
