import type { EventLog } from '../../event-log/event-log.ts';
import { EventLogError } from '../../event-log/event-log.ts';
import { VersionHistory } from './version-history.ts';

/** What the log says of all files. An event that cannot be read hides no other. */
export async function readHistory(log: EventLog): Promise<VersionHistory> {
  const history = new VersionHistory();
  for (let after = 0; ;) {
    try {
      for await (const event of log.read('files', { after })) {
        after = event.sequence;
        history.apply(event);
      }
      return history;
    } catch (error) {
      if (!(error instanceof EventLogError) || error.position === null) throw error;
      if (error.position.sequence <= after) throw error;
      after = error.position.sequence;
    }
  }
}
