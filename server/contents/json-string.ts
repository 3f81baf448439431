import type { Utf8Builder } from './utf8-builder.ts';

/** What JSON must escape in a well-formed string, but for the line end, which nearly every long text has. */
const escaped = [...Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)), '"', '\\'].filter(
  (character) => character !== '\n',
);
/** For short strings JSON.stringify is quicker than looking at them first. */
const SHORT = 200;

/**
 * True where nothing in the text but line ends (`\n`) needs an escape in JSON. One search for each character: the
 * engine searches for a single one many times faster than it matches a class of them.
 */
export function isPlainText(text: string): boolean {
  return text.isWellFormed() && !escaped.some((character) => text.includes(character));
}

/**
 * Adds the JSON of a string, as JSON.stringify writes it. Outputs of notebooks are megabytes of text with little to
 * escape: looking first is several times faster.
 */
export function addJsonString(text: string, target: Utf8Builder): void {
  if (text.length < SHORT || !isPlainText(text)) {
    target.add(JSON.stringify(text));
    return;
  }
  target.add('"');
  target.add(text.includes('\n') ? text.replaceAll('\n', '\\n') : text);
  target.add('"');
}
