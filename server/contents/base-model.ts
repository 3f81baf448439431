import { constants, type Stats } from 'node:fs';
import { access, lstat } from 'node:fs/promises';
import type { ContentModel, ContentType } from './content-model.ts';
import { isoTime } from './iso-time.ts';
import { guessMimeType } from './mime-type.ts';
import type { NotebookOutputs } from './notebook-outputs.ts';
import type { ServedPath } from './served-root.ts';

/** The model of a path without its content. Times and size are a link's own, as jupyter_server has them. */
export async function baseModel(served: ServedPath, type: ContentType, known?: Stats): Promise<ContentModel> {
  const info = known ?? (await lstat(served.diskPath));
  return {
    name: served.name,
    path: served.path,
    last_modified: isoTime(info.mtimeMs),
    created: isoTime(info.ctimeMs),
    content: null,
    format: null,
    mimetype: type === 'file' ? guessMimeType(served.name).mimeType : null,
    size: type === 'directory' ? null : info.size,
    writable: await isWritable(served.diskPath),
    hash: null,
    hash_algorithm: null,
    type,
  };
}

/** A file's model with the time that clients know it by. */
export function asReported(
  model: ContentModel,
  stats: Stats,
  outputs: Pick<NotebookOutputs, 'byStats'> | null,
): ContentModel {
  const reported = model.type === 'directory' ? null : (outputs?.byStats(model.path, stats) ?? null);
  return reported === null ? model : { ...model, last_modified: reported.modified };
}

/** The type that a name has where nobody asks for another. */
export const typeOfFile = (path: string): ContentType => (path.endsWith('.ipynb') ? 'notebook' : 'file');

export async function isWritable(diskPath: string): Promise<boolean> {
  try {
    await access(diskPath, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
