import { blobStoreContract } from '../test/contract/blob-store-contract.ts';
import { MemoryBlobStore } from './memory-blob-store.ts';

blobStoreContract('in memory', () => {
  const store = new MemoryBlobStore();
  return Promise.resolve({ store, dispose: () => store.close() });
});
