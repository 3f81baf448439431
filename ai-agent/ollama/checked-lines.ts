import { ProviderFailed } from '../provider/provider-failure.ts';

/** Lets lines of JSON through. Ollama's SDK prints a line that is none on our terminal and goes on without it. */
export function checkedLines(): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let begun = '';
  const check = (line: string): void => {
    if (line.trim() === '') return;
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value === 'object' && value !== null) return;
    } catch {
      // Said below, without what was sent.
    }
    throw new ProviderFailed({ kind: 'unreadable', what: 'a line of its answer is not JSON' });
  };
  return new TransformStream({
    transform(bytes, controller) {
      const lines = (begun + decoder.decode(bytes, { stream: true })).split('\n');
      begun = lines.pop() ?? '';
      lines.forEach(check);
      const whole = lines.filter((line) => line.trim() !== '').map((line) => `${line}\n`);
      if (whole.length > 0) controller.enqueue(encoder.encode(whole.join('')));
    },
    flush(controller) {
      // A line without an end is cut off, unless it is whole.
      begun += decoder.decode();
      if (begun.trim() === '') return;
      try {
        JSON.parse(begun);
      } catch {
        throw new ProviderFailed({ kind: 'cut' });
      }
      controller.enqueue(encoder.encode(`${begun}\n`));
    },
  });
}
