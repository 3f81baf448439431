// The environment variables that the person has, without what npm and our private Node put before them. The server hands
// them on to kernels and terminals, where npm's would direct the person's own `npm install` to this project.
import { delimiter, dirname, join } from 'node:path';
import { PROJECT } from './project.mjs';

export function ownEnvironment(environment) {
  const kept = Object.entries(environment).filter(([name]) => !/^(npm_.*|INIT_CWD|NODE)$/.test(name));
  const path = (environment.PATH ?? '').split(delimiter).filter((folder) => !addedFolders.has(folder));
  return {
    ...Object.fromEntries(kept),
    PATH: path.filter((folder) => !folder.endsWith('node-gyp-bin')).join(delimiter),
  };
}

const addedFolders = new Set([join(PROJECT, '.node', 'node_modules', '.bin')]);
for (let folder = PROJECT; ; folder = dirname(folder)) {
  addedFolders.add(join(folder, 'node_modules', '.bin'));
  if (folder === dirname(folder)) break;
}
