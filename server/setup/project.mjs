// Where things are in the checkout.
import { join } from 'node:path';

export const PROJECT = join(import.meta.dirname, '..', '..');
export const VENV = join(PROJECT, '.venv');
export const MAIN = join(PROJECT, 'dist', 'server', 'main.js');

/** The JavaScript file behind an installed package's command, to be run with our own Node. */
export const packageFile = (...path) => join(PROJECT, 'node_modules', ...path);
