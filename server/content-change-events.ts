import type { NewEvent } from '../event-log/event.ts';
import type { FileEvent } from '../event-log/events/file.ts';
import type { ContentChange } from './contents/content-store.ts';

/** What is kept of a change to files, for the stream `files`; null for what changes nothing. */
export function fileEventOf(change: ContentChange): NewEvent | null {
  const event = eventOf(change);
  return event && { ...event, actor: change.actor, causedBy: null, frames: [] };
}

function eventOf(change: ContentChange): FileEvent | null {
  const { path } = change;
  switch (change.action) {
    case 'get':
      return null;
    case 'save':
      return { type: 'file-saved', version: 1, data: { path, size: change.size, sha256: change.sha256 } };
    case 'rename':
      return { type: 'file-renamed', version: 1, data: { from: change.sourcePath, to: path } };
    case 'copy':
      return { type: 'file-copied', version: 1, data: { from: change.sourcePath, to: path } };
    case 'delete':
      return { type: 'file-deleted', version: 1, data: { path } };
  }
}

/** What front-ends are told of it as `contents_service/v1` (contract §2.5). */
export function contentsServiceEventOf(change: ContentChange): Readonly<Record<string, string>> {
  const { action, path } = change;
  return action === 'rename' || action === 'copy'
    ? { action, path, source_path: change.sourcePath }
    : { action, path };
}
