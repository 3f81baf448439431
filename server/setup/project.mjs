// Where things are in the checkout.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const PROJECT = join(import.meta.dirname, '..', '..');
export const VENV = join(PROJECT, '.venv');
export const MAIN = join(PROJECT, 'dist', 'server', 'main.js');

/** The JavaScript file behind an installed package's command, to be run with our own Node. */
export const packageFile = (...path) => join(PROJECT, 'node_modules', ...path);

/** The address by which a compiled module of the server is imported. */
export const compiled = (file) => pathToFileURL(join(PROJECT, 'dist', 'server', file)).href;
