import type { VerifyLine } from '../../verify-lines.ts';
import { broken, unusual, well } from './finding.ts';
import type { Finding } from './finding.ts';

const SHOWN = 100;
const REMEDY =
  'What is readable is kept, and notebooks are not affected. Look at the disk, and save the state folder before anything else.';

/**
 * What the reading of the whole log showed.
 * @param lines of `{ask: 'verify'}`
 * @param progress is told the number of events read so far
 */
export async function verifyFindings(
  lines: AsyncIterable<string>,
  progress: (events: number) => void,
): Promise<Finding[]> {
  const bad: Finding[] = [];
  let hidden = 0;
  let streams = 0;
  let events = 0;
  const add = (finding: Finding): void => {
    if (bad.length < SHOWN) bad.push(finding);
    else hidden += 1;
  };
  try {
    for await (const text of lines) {
      const line = JSON.parse(text) as VerifyLine;
      if ('read' in line) progress(events + line.read);
      else if ('events' in line) {
        streams += 1;
        events += line.events;
        progress(events);
      } else if (line.code === 'EVENT_LOG_UNKNOWN_EVENT')
        add(unusual(line.unreadable, 'Read it with the newer version.'));
      else add(broken(line.unreadable, REMEDY));
    }
  } catch (error) {
    add(broken('the event log cannot be read to its end', (error as Error).message));
  }
  if (hidden > 0) bad.push(broken(`${hidden} more places of the log are like these`, REMEDY));
  const read = `${events} events in ${streams} streams were read, each against its checksum and its number`;
  return [...bad, well(read)];
}
