import { once } from 'node:events';

/**
 * Writes lines to stdout at the speed of whoever reads it; a reader that has enough (`| head`) ends it quietly. Resolves
 * with the number of lines once the reader has taken them: the process may exit then.
 */
export async function printLines(lines: AsyncIterable<string>): Promise<number> {
  const { stdout } = process;
  let isClosed = false;
  let count = 0;
  stdout.on('error', () => (isClosed = true));
  for await (const line of lines) {
    if (isClosed) return count;
    count += 1;
    if (!stdout.write(`${line}\n`))
      await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
  }
  // A pipe that is full keeps the last lines in our memory, which an exit would throw away.
  if (!isClosed) await new Promise((resolve) => stdout.write('', resolve));
  return count;
}
