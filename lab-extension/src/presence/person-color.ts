/**
 * The colours that people are told apart by. All have one luminance: white text on them has a contrast of 4.8, they
 * themselves one of at least 3.3 on the pages of both themes (WCAG 2.2, 1.4.3 and 1.4.11), and none outshines another.
 */
export const PERSON_COLORS = [
  { name: 'Red', value: '#d53135' },
  { name: 'Orange', value: '#b75502' },
  { name: 'Amber', value: '#9a6703' },
  { name: 'Olive', value: '#757503' },
  { name: 'Green', value: '#058423' },
  { name: 'Teal', value: '#088070' },
  { name: 'Cyan', value: '#087c91' },
  { name: 'Blue', value: '#0170d9' },
  { name: 'Indigo', value: '#655ee7' },
  { name: 'Violet', value: '#954ed4' },
  { name: 'Magenta', value: '#bb3ca7' },
  { name: 'Pink', value: '#cf3074' },
] as const;

/**
 * A person's colour, the same in every browser. What others' pages say of a colour goes into styles, so only the ones
 * above are taken; JupyterLab's own are chosen anew in each browser and are not.
 */
export function personColor(username: string, chosen: unknown): string {
  const known = PERSON_COLORS.find(({ value }) => value === chosen);
  if (known !== undefined) return known.value;
  return PERSON_COLORS[fnv1a(username) % PERSON_COLORS.length]?.value ?? PERSON_COLORS[0].value;
}

/** FNV-1a, 32 bits. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
