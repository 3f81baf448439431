// Prints how many milliseconds `loadPyodide` takes in a worker thread, from the thread's start.
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { loadPyodide } from 'pyodide';

if (isMainThread) {
  const from = performance.now();
  new Worker(new URL(import.meta.url)).once('message', () => {
    console.log(performance.now() - from);
    process.exit();
  });
} else {
  await loadPyodide();
  parentPort.postMessage('loaded');
}
