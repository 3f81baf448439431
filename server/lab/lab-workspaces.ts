import { readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { HttpError } from '../http-error.ts';
import { fileTimes } from './file-times.ts';
import { isJsonObject, objectAt, stringAt } from './json-object.ts';
import type { JsonObject } from './json-object.ts';
import type { LabLog } from './lab-log.ts';
import { replaceFile } from './replace-file.ts';
import { percentDecoded, WORKSPACE_EXTENSION, workspaceSlug } from './workspace-slug.ts';

/** A person's workspaces (which documents are open where), one file each in Jupyter's own place. */
export class LabWorkspaces {
  constructor(
    private readonly directory: string,
    private readonly log: LabLog,
  ) {}

  /** `{workspaces: {ids, values}}`. */
  async list(): Promise<JsonObject> {
    const names = (await readdir(this.directory).catch(() => [] as string[])).sort();
    const files = names.filter((name) => name.endsWith(WORKSPACE_EXTENSION));
    const read = await Promise.all(files.map((name) => this.readOrSkip(name)));
    const values = read.filter((workspace) => workspace !== null);
    return { workspaces: { ids: values.map((value) => objectAt(value, 'metadata')['id']), values } };
  }

  /** A stored workspace, or an empty one. @throws HttpError 500 where its file is broken. */
  async load(name: string): Promise<JsonObject> {
    try {
      const workspace = await readWorkspace(this.path(name));
      return workspace ?? { data: {}, metadata: { id: name.startsWith('/') ? name : `/${name}` } };
    } catch (error) {
      throw new HttpError(500, error instanceof Error ? error.message : String(error), null, {
        cause: error,
      });
    }
  }

  /** Keeps the text verbatim. @throws HttpError 400 where it is no workspace, or another's. */
  async save(name: string, raw: string): Promise<void> {
    const id = stringAt(objectAt(parse(raw), 'metadata'), 'id');
    if (id === null) throw new HttpError(400, 'A workspace needs an id in its metadata');
    const rooted = percentDecoded(id.startsWith('/') ? id : `/${id}`);
    if (rooted !== `/${name}`) {
      throw new HttpError(400, `Workspace metadata ID mismatch: expected '${name}' got '${rooted}'`);
    }
    await replaceFile(this.path(name), raw);
  }

  /** @throws HttpError 404. */
  async delete(name: string): Promise<void> {
    try {
      await rm(this.path(name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      throw new HttpError(404, `Workspace '${name}' ('${workspaceSlug(name)}') not found`);
    }
  }

  private async readOrSkip(file: string): Promise<JsonObject | null> {
    try {
      return await readWorkspace(join(this.directory, file));
    } catch (error) {
      // Jupyter lists none at all when one is broken; the others are still good.
      this.log.warn(`The workspace file ${file} is left out: ${String(error)}`);
      return null;
    }
  }

  private path(name: string): string {
    return join(this.directory, workspaceSlug(name) + WORKSPACE_EXTENSION);
  }
}

/** null where there is none. @throws where its file is no workspace. */
async function readWorkspace(path: string): Promise<JsonObject | null> {
  const stats = await stat(path, { bigint: true }).catch(() => null);
  if (stats === null) return null;
  const workspace: unknown = JSON.parse(await readFile(path, 'utf8'));
  if (!isJsonObject(workspace) || !isJsonObject(workspace['metadata'])) throw new Error('it is no workspace');
  return { ...workspace, metadata: { ...workspace['metadata'], ...fileTimes(stats) } };
}

function parse(raw: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch (error) {
    throw new HttpError(400, (error as Error).message, null, { cause: error });
  }
  if (!isJsonObject(value)) throw new HttpError(400, 'A workspace is a JSON object');
  return value;
}
