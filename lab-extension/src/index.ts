import { aboutPlugin } from './about/about-plugin.ts';
import { connectionPlugin } from './connection/connection-plugin.ts';

export default [aboutPlugin, connectionPlugin];
