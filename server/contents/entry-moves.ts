import { createReadStream } from 'node:fs';
import { lstat, mkdir, readdir, rm, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isWritable } from './base-model.ts';
import { ContentError } from './content-error.ts';
import { isDirectoryAt } from './content-reader.ts';
import { copyTree, treeSize } from './copy-tree.ts';
import { freeName, withoutCopySuffix } from './free-name.ts';
import { movePath } from './move-path.ts';
import { reprText } from '../python-text.ts';
import { findTarget, writeNewFile } from './replace-file.ts';
import type { KeepExisting } from './replace-file.ts';
import type { ServedPath, ServedRoot } from './served-root.ts';
import { isSystemError, systemErrorText, systemFailure } from './system-failure.ts';
import type { Trash } from './trash.ts';

const MOST_COPIED_BYTES = 500 * 1024 * 1024;

const existsAt = (diskPath: string): Promise<boolean> =>
  lstat(diskPath).then(
    () => true,
    () => false,
  );

/** The first free name in a directory. */
export async function freePathIn(
  root: ServedRoot,
  directory: ServedPath,
  name: string,
  insert: string,
): Promise<ServedPath> {
  const free = await freeName(name, insert, (candidate) => existsAt(join(directory.diskPath, candidate)));
  return root.locate(`${directory.path}/${free}`);
}

/** Copies a file or directory into a directory or to a path. Returns where to. @throws ContentError */
export async function copyEntry(
  root: ServedRoot,
  from: ServedPath,
  to: ServedPath,
  keepAt: (served: ServedPath) => KeepExisting,
): Promise<ServedPath> {
  const name = withoutCopySuffix(from.name);
  if (await isDirectoryAt(from.diskPath)) {
    await checkSize(from);
    const target = (await isDirectoryAt(to.diskPath))
      ? await freePathIn(root, to, name, '-Copy')
      : root.locate(`${to.path}/${name}`);
    await copyDirectory(from, target);
    return target;
  }
  const target = (await isDirectoryAt(to.diskPath)) ? await freePathIn(root, to, name, '-Copy') : to;
  if (!(await isDirectoryAt(dirname(target.diskPath)))) {
    const parent = target.path.slice(0, -target.name.length - 1);
    throw new ContentError('not-found', `No such parent directory: ${parent} to copy file in`);
  }
  await copyOneFile(from, target, keepAt(target));
  return target;
}

async function copyOneFile(from: ServedPath, to: ServedPath, keep: KeepExisting): Promise<void> {
  if (!(await stat(from.diskPath).catch(() => null))?.isFile()) {
    throw new ContentError('invalid', `Cannot read non-file ${from.diskPath}`);
  }
  try {
    // A copy gets the rights of a new file: one of a read-only file can be edited.
    await writeNewFile(await findTarget(to.diskPath, keep), async (handle) => {
      const pieces = createReadStream(from.diskPath, { highWaterMark: 1024 * 1024 });
      for await (const piece of pieces as AsyncIterable<Buffer>) await handle.writeFile(piece);
    });
  } catch (error) {
    throw systemFailure(error, `Unexpected error while saving file: ${to.path}`, to.path, to.diskPath);
  }
}

async function checkSize(from: ServedPath): Promise<void> {
  const size = await treeSize(from.diskPath, MOST_COPIED_BYTES);
  if (size <= MOST_COPIED_BYTES) return;
  const limit = `${MOST_COPIED_BYTES / 1024 / 1024}MB`;
  throw new ContentError('invalid', `Can't copy folders larger than ${limit}, "${from.path}" is larger`);
}

async function copyDirectory(from: ServedPath, to: ServedPath): Promise<void> {
  const parentWasThere = await isDirectoryAt(dirname(to.diskPath));
  const isNew = !(await existsAt(to.diskPath));
  try {
    await mkdir(dirname(to.diskPath), { recursive: true });
    await copyTree(from.diskPath, to.diskPath);
  } catch (error) {
    if (isNew) await rm(to.diskPath, { recursive: true, force: true });
    if (!isSystemError(error)) throw error;
    const where = parentWasThere ? 'read-only Folder' : 'Folder';
    throw new ContentError('invalid', `Can't copy '${from.path}' into ${where} '${to.path}'`, null, {
      cause: error,
    });
  }
}

/** Moves a file or directory, never over another one. @throws ContentError */
export async function renameEntry(root: ServedRoot, from: ServedPath, to: ServedPath): Promise<void> {
  if ((await root.isHidden(from)) || (await root.isHidden(to))) {
    throw new ContentError('invalid', `Cannot rename file or directory ${reprText(from.diskPath)}`);
  }
  const missing = new ContentError('not-found', `File or directory does not exist: ${from.path}`);
  const moved = await lstat(from.diskPath).catch(() => null);
  if (moved === null) throw missing;
  const isInTheWay = (await stat(to.diskPath).catch(() => null)) !== null;
  const inTheWay = isInTheWay ? await lstat(to.diskPath).catch(() => null) : null;
  // On a file system that ignores case, another spelling of the same name is the same file.
  if (inTheWay !== null && (inTheWay.ino !== moved.ino || inTheWay.dev !== moved.dev)) {
    throw new ContentError('exists', `File already exists: ${to.path}`);
  }
  // What cannot be looked at is left to the system, which says why.
  if (!(await isDirectoryAt(dirname(to.diskPath)).catch(() => true))) {
    throw new ContentError('not-found', `No such directory: ${dirname(to.path)}`);
  }
  const sentence = `Unknown error renaming file: ${from.path}`;
  if (moved.isDirectory() && `${to.diskPath}/`.startsWith(`${from.diskPath}/`)) {
    const [source, target] = [reprText(from.diskPath), reprText(to.diskPath)];
    throw new ContentError('failed', `${sentence} Cannot move a directory ${source} into itself ${target}.`);
  }
  try {
    await movePath(from.diskPath, to.diskPath);
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') throw missing;
    // Which of the two folders forbids it is what a person has to know.
    const forbids = (await isWritable(dirname(to.diskPath))) ? from : to;
    throw systemFailure(error, sentence, forbids.path, from.diskPath);
  }
}

/** @param trash null: for good, and then only what is a file or an empty directory. @throws ContentError */
export async function deleteEntry(root: ServedRoot, served: ServedPath, trash: Trash | null): Promise<void> {
  const { path, diskPath } = served;
  if (await root.isHidden(served)) {
    throw new ContentError('invalid', `Cannot delete file or directory ${reprText(diskPath)}`);
  }
  const info = await lstat(diskPath).catch(() => {
    throw new ContentError('not-found', `File or directory does not exist: ${diskPath}`);
  });
  const isBrokenLink =
    info.isSymbolicLink() &&
    !(await stat(diskPath).then(
      () => true,
      () => false,
    ));
  if (trash !== null) {
    if (!isBrokenLink && !(await isWritable(diskPath))) {
      throw new ContentError('forbidden', `Permission denied: ${path}`);
    }
    try {
      await trash.put(diskPath);
    } catch (error) {
      const why = isSystemError(error) ? systemErrorText(error, diskPath) : String(error);
      throw new ContentError('invalid', `send2trash failed: ${why}`, null, { cause: error });
    }
    return;
  }
  try {
    if (!info.isDirectory()) await unlink(diskPath);
    else if ((await readdir(diskPath)).every((name) => name === '.ipynb_checkpoints')) {
      await rm(diskPath, { recursive: true });
    } else throw new ContentError('invalid', `Directory ${diskPath} not empty`);
  } catch (error) {
    throw systemFailure(error, `Unexpected error while deleting ${path}`, path, diskPath);
  }
}
