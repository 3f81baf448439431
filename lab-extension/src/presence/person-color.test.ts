import { describe, expect, it } from 'vitest';
import { PERSON_COLORS, personColor } from './person-color.ts';

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

describe('personColor', () => {
  it.each(PERSON_COLORS)(
    '$name can be read with white text, and be seen on light and dark pages',
    ({ value }) => {
      expect(contrast(value, '#ffffff')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(value, '#111111')).toBeGreaterThanOrEqual(3);
      expect(contrast(value, '#212121')).toBeGreaterThanOrEqual(3);
    },
  );

  it('is the same for a person everywhere, whatever a browser drew for them', () => {
    const ada = personColor('ada', null);
    expect(personColor('ada', 'var(--jp-collaborator-color3)')).toBe(ada);
    expect(personColor('ada', undefined)).toBe(ada);
  });

  it('is the one that the person chose', () => {
    for (const { value } of PERSON_COLORS) expect(personColor('ada', value)).toBe(value);
  });

  it('takes nothing into styles that is no colour of ours', () => {
    expect(PERSON_COLORS.map(({ value }) => value)).toContain(
      personColor('eve', 'red;background:url(//evil)'),
    );
  });

  it('tells people apart', () => {
    const colors = Array.from({ length: 200 }, (_, index) => personColor(`person-${index}`, null));
    expect(new Set(colors).size).toBe(PERSON_COLORS.length);
  });
});
