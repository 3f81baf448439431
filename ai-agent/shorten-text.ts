/**
 * The text, if it has at most so many characters; otherwise its beginning and its end, of about equal length, whole lines where lines
 * are short, and between them a line that says how much is missing.
 */
export function shortenText(text: string, characters: number): string {
  if (text.length <= characters) return text;
  const half = Math.floor(characters / 2);
  const head = headOf(text, half);
  const tail = tailOf(text, characters - half);
  return `${head}\n[… ${text.length - head.length - tail.length} characters left out …]\n${tail}`;
}

function headOf(text: string, characters: number): string {
  const cut = text.slice(0, characters);
  const lineEnd = cut.lastIndexOf('\n');
  return lineEnd >= characters / 2 ? cut.slice(0, lineEnd) : withoutHalfCharacter(cut);
}

function tailOf(text: string, characters: number): string {
  const cut = text.slice(text.length - characters);
  const lineEnd = cut.indexOf('\n');
  return lineEnd !== -1 && lineEnd < characters / 2 ? cut.slice(lineEnd + 1) : withoutHalfCharacter(cut);
}

/** A cut may have parted a surrogate pair; half of one cannot be encoded. */
function withoutHalfCharacter(cut: string): string {
  return cut.replace(/[\ud800-\udbff]$/, '').replace(/^[\udc00-\udfff]/, '');
}
