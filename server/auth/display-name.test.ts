import { expect, test } from 'vitest';
import { agentOf } from './agent-actor.ts';
import { displayNameOf } from './display-name.ts';

test('people are called by their names, agents by those of the people they acted for', () => {
  expect(displayNameOf('ada')).toBe('ada');
  expect(displayNameOf(agentOf('ada'))).toBe('Assistant (for ada)');
  const nameless = '0'.repeat(32);
  expect(displayNameOf(nameless)).not.toContain('0');
  expect(displayNameOf(agentOf(nameless))).toBe(`Assistant (for ${displayNameOf(nameless)})`);
});
