/** As much of a text as is looked at: beyond it, its beginning and end. */
const mostLookedAt = 1_000_000;

/** Text as a terminal would show it in the end: without colours, with lines that overwrote themselves as they were left. */
export function terminalText(text: string): string {
  const looked =
    text.length <= mostLookedAt
      ? text
      : `${text.slice(0, mostLookedAt / 2)}\n[…]\n${text.slice(-mostLookedAt / 2)}`;
  const plain = withoutEscapes(looked);
  // eslint-disable-next-line no-control-regex
  if (!/[\r\u0008]/.test(plain)) return plain;
  return plain.split('\n').map(shownLine).join('\n');
}

/** Control sequences (colours, moves of the cursor), titles and links of a terminal. */
export function withoutEscapes(text: string): string {
  if (!text.includes('\u001b')) return text;
  return text.replaceAll(
    // eslint-disable-next-line no-control-regex
    /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g,
    '',
  );
}

/**
 * A carriage return goes to the beginning of the line, and what follows overwrites; a backspace goes back by one. Read from the end: of
 * what came earlier only that counts which is longer than all that came later.
 */
function shownLine(line: string): string {
  let shown = '';
  for (const written of line.split('\r').reverse()) {
    const kept = written.includes('\b') ? withoutBackspaced(written) : written;
    if (kept.length > shown.length) shown += kept.slice(shown.length);
  }
  return shown;
}

function withoutBackspaced(text: string): string {
  const kept: string[] = [];
  for (const character of text) {
    if (character === '\b') kept.pop();
    else kept.push(character);
  }
  return kept.join('');
}
