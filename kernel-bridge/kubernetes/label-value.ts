const LONGEST = 63;

/** What Kubernetes takes as a label's value: up to 63 letters, digits, dashes, dots and underscores. Others become dashes. */
export function labelValue(text: string): string {
  return text
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, LONGEST)
    .replace(/[^A-Za-z0-9]+$/, '');
}
