/** Text as nbformat keeps it, whole or as a list of lines; null for anything else. */
export function joinedLines(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value) || value.some((line) => typeof line !== 'string')) return null;
  return value.join('');
}
