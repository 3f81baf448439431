import { z } from 'zod';
import type { FileVersions } from './file-versions.ts';

/** What `in-the-loop versions` and `restore` ask; paths are relative to the root. */
export const versionQuestionSchema = z.discriminatedUnion('ask', [
  z.object({ ask: z.literal('versions'), path: z.string() }),
  z.object({
    ask: z.literal('restore'),
    path: z.string(),
    version: z.int(),
    to: z.string(),
    actor: z.string(),
  }),
]);
export type VersionQuestion = z.infer<typeof versionQuestionSchema>;

/** One line for each version, or one that says what restoring did. @throws VersionError, ContentError */
export async function* versionLines(
  versions: FileVersions,
  question: VersionQuestion,
): AsyncIterable<string> {
  if (question.ask === 'restore') {
    const { path, version, to, actor } = question;
    yield JSON.stringify(await versions.restore(path, version, to, actor));
  } else for await (const version of versions.list(question.path)) yield JSON.stringify(version);
}

export const listedVersionSchema = z.object({
  id: z.int(),
  time: z.number(),
  actor: z.string().nullable(),
  size: z.int(),
  content: z.enum(['kept', 'thinned', 'too-large']),
  cells: z.int().nullable(),
  changedCells: z.int().nullable(),
});

export const restoredSchema = z.object({
  path: z.string(),
  version: z.int(),
  unchanged: z.boolean(),
  before: z.int().nullable(),
});
