import { once } from 'node:events';

/** Writes lines to stdout at the speed of whoever reads it; a reader that has enough (`| head`) ends it quietly. */
export async function printLines(lines: AsyncIterable<string>): Promise<void> {
  const { stdout } = process;
  let isClosed = false;
  stdout.on('error', () => (isClosed = true));
  for await (const line of lines) {
    if (isClosed) return;
    if (!stdout.write(`${line}\n`))
      await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
  }
}
