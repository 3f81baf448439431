// A program: writes dist/pyodide/snapshot-314.bin, the memory of a Python that has imported what kernels need, and the same
// for browsers, a quarter of the size.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { loadPyodide } from 'pyodide';
import { PROJECT } from './project.mjs';

const compiledFile = join(PROJECT, 'dist', 'kernel-bridge', 'hosted', 'pyodide', 'prepare-python.js');
const { makeSnapshot } = await import(pathToFileURL(compiledFile).href);
// Its memory would hold where this file is.
process.argv[1] = 'python';
const [archive, result] = process.argv.slice(2);
const distribution = join(PROJECT, 'node_modules', 'pyodide/');
const bytes = await makeSnapshot(distribution, new Uint8Array(readFileSync(archive)), { loadPyodide });
writeFileSync(`${result}.new`, bytes);
writeFileSync(`${result}.gz`, gzipSync(bytes));
renameSync(`${result}.new`, result);
process.exit(0);
