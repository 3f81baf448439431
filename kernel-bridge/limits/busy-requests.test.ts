import { expect, test } from 'vitest';
import { spokenMessage } from '../../test/doubles/spoken-message.ts';
import { BusyRequests } from './busy-requests.ts';

const request = () => spokenMessage({ channel: 'shell', type: 'execute_request' });
const status = (parent: ReturnType<typeof request> | undefined, execution_state: string) =>
  spokenMessage({ type: 'status', content: { execution_state }, ...(parent && { parent }) });

test('[Q4] a kernel is busy until the last of its requests is done, whatever it answers meanwhile', () => {
  const busy = new BusyRequests(true);
  const [cell, debug] = [request(), request()];
  busy.heard(status(cell, 'busy'));
  busy.heard(status(debug, 'busy'));
  busy.heard(status(debug, 'idle'));
  expect(busy.any).toBe(true);
  busy.heard(status(cell, 'idle'));
  busy.heard(status(undefined, 'starting'));
  expect(busy.any).toBe(false);
});

test('[Q4] one of which nothing is known is busy until it has done all that it was sent', () => {
  const busy = new BusyRequests(false);
  const cell = request();
  busy.heard(status(cell, 'busy'));
  busy.heard(status(cell, 'idle'));
  expect(busy.any).toBe(true);
  busy.settle();
  expect(busy.any).toBe(false);
});
