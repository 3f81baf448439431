// Tells people what takes long, on stderr: stdout belongs to what is run after the set-up.

/** Says what is being done, and once it is done how long it took. */
export async function step(label, action) {
  const started = Date.now();
  const terminal = process.stderr.isTTY;
  process.stderr.write(terminal ? `${label}...` : `${label}...\n`);
  try {
    const result = await action();
    const took = `done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`;
    process.stderr.write(terminal ? ` ${took}` : `  ${took}`);
    return result;
  } catch (error) {
    if (terminal) process.stderr.write(' failed\n');
    throw error;
  }
}

export const say = (line) => process.stderr.write(`${line}\n`);
