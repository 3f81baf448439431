// `npm test`: sets up what the tests need, builds, runs them all. Must parse and start on Node 14.
import { onSupportedNode } from './supported-node.mjs';

onSupportedNode(import.meta.url, () => import('./run-tests.mjs'));
