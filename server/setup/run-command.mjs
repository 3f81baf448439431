// Child processes of the set-up: quiet ones whose output is shown only when they fail, and ones that people watch.
import { spawn } from 'node:child_process';
import { explainFailure, SetupError } from './setup-error.mjs';

const KEPT_OUTPUT = 64 * 1024;

/**
 * Runs a command without showing its output; resolves with the end of it.
 * @throws SetupError with `failure` as its paragraph when it cannot be run or does not end with 0.
 */
export async function runQuietly(command, args, failure, options = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk) => (output = (output + chunk).slice(-KEPT_OUTPUT));
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const code = await exitOf(child).catch((error) => {
    throw new SetupError(failure, `${command}: ${error.message}`);
  });
  if (code !== 0) throw new SetupError(failure, explainFailure(output));
  return output;
}

/** Runs a command on our terminal; resolves with its exit code. */
export const runVisibly = (command, args, options = {}) =>
  exitOf(spawn(command, args, { ...options, stdio: 'inherit' }));

/** Resolves with the exit code (128 for a signal). Signals that we get meanwhile end the child, then us. */
export function exitOf(child) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  let interrupted = false;
  const pass = (signal) => {
    interrupted = true;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 128));
  }).finally(() => {
    for (const signal of signals) process.off(signal, pass);
    if (interrupted) process.exit(130);
  });
}
