import { eventLogContract } from '../test/contract/event-log-contract.ts';
import { MemoryEventLog } from './memory-event-log.ts';

eventLogContract('in memory', () => {
  const log = new MemoryEventLog();
  return Promise.resolve({ log, dispose: () => log.close() });
});
