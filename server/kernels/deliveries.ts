import type { Said } from './said.ts';
import type { Delivery } from './stream-client.ts';

/** What clients get of what was said. @param last the sequence of the last event among it; null where there is none */
export function deliveriesOf(items: readonly Said[], last: number | null): Delivery[] {
  let sequence = last === null ? 0 : last - items.filter(({ event }) => event !== null).length;
  return items.flatMap(({ event, message }) => {
    if (event !== null) sequence += 1;
    return message === null ? [] : [{ message, sequence: event === null ? null : sequence }];
  });
}
