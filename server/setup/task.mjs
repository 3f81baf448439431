// `npm run build`, `check`, `dev` and the rest of package.json's scripts. Must parse and start on Node 14.
import { onSupportedNode } from './supported-node.mjs';

onSupportedNode(import.meta.url, () => import('./tasks.mjs'));
