// `npm start`: sets up what is missing, builds what changed, serves. Must parse and start on Node 14.
import { onSupportedNode } from './supported-node.mjs';

onSupportedNode(import.meta.url, () => import('./serve.mjs'));
