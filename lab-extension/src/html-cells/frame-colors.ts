const NAMES = {
  '--itl-background': '--jp-layout-color0',
  '--itl-color': '--jp-content-font-color1',
  '--itl-accent': '--jp-brand-color1',
  '--itl-border': '--jp-border-color2',
  '--itl-font-family': '--jp-content-font-family',
} as const;

/** What a frame may know of the page: its colours and font, as custom properties of its own. */
export function frameColors(): Record<string, string> {
  const style = getComputedStyle(document.body);
  const isLight = document.body.dataset['jpThemeLight'] !== 'false';
  const colors: Record<string, string> = { 'color-scheme': isLight ? 'light' : 'dark' };
  for (const [name, ofPage] of Object.entries(NAMES)) {
    const value = style.getPropertyValue(ofPage).trim();
    // It becomes a part of a style sheet.
    if (value !== '' && !/[<>{};\\]/.test(value)) colors[name] = value;
  }
  colors['--itl-font'] = `14px/1.4 ${colors['--itl-font-family'] ?? 'system-ui, sans-serif'}`;
  return colors;
}

export function asDeclarations(colors: Readonly<Record<string, string>>): string {
  return Object.entries(colors)
    .map(([name, value]) => `${name}:${value};`)
    .join('');
}
