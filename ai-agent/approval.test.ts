import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideOn, emptyPolicy, policySchema, withGrant } from './approval.ts';
import type { Decision, Policy } from './approval.ts';
import type { Effect } from './tool.ts';

const none = new Set<string>();
const edit = { name: 'edit_cell', effect: 'edits' } as const;
const decide = (policies: Policy[], limits: Policy = emptyPolicy, grants = none) =>
  decideOn(edit, { policies, limits }, grants);

const decisionArbitrary = fc.constantFrom<Decision>('allow', 'ask', 'never');
const policyArbitrary: fc.Arbitrary<Policy> = fc.record({
  tools: fc.dictionary(fc.constantFrom('edit_cell', 'other'), decisionArbitrary),
  effects: fc.record(
    {
      reads: decisionArbitrary,
      edits: decisionArbitrary,
      runs: decisionArbitrary,
      destroys: decisionArbitrary,
    },
    { requiredKeys: [] },
  ),
});

describe('a policy', () => {
  it('[A2] lets a model read, and asks for the rest', () => {
    const decisions = (['reads', 'edits', 'runs', 'destroys'] as Effect[]).map((effect) =>
      decideOn({ name: 'any', effect }, { policies: [], limits: emptyPolicy }, none),
    );
    expect(decisions).toEqual(['allow', 'ask', 'ask', 'ask']);
  });

  it('[A2] counts a tool before its effect, and the nearer before the farther', () => {
    const ofEffect: Policy = { tools: {}, effects: { edits: 'allow' } };
    const ofTool: Policy = { tools: { edit_cell: 'never' }, effects: {} };
    expect(decide([ofEffect])).toBe('allow');
    expect(decide([ofEffect, ofTool])).toBe('never');
    expect(decide([withGrant(emptyPolicy, 'edit_cell'), ofTool])).toBe('allow');
  });

  it('[A3] [A4] is raised by a grant from ask only, and by nothing above the limits', () => {
    const granted = new Set(['edit_cell']);
    expect(decide([], emptyPolicy, granted)).toBe('allow');
    expect(decide([{ tools: {}, effects: { edits: 'never' } }], emptyPolicy, granted)).toBe('never');
    fc.assert(
      fc.property(
        fc.array(policyArbitrary),
        decisionArbitrary,
        fc.boolean(),
        (policies, limit, isGranted) => {
          const decision = decide(
            policies,
            { tools: {}, effects: { edits: limit } },
            isGranted ? granted : none,
          );
          const allowed = { allow: ['allow', 'ask', 'never'], ask: ['ask', 'never'], never: ['never'] };
          expect(allowed[limit]).toContain(decision);
        },
      ),
    );
  });

  it('[A9] never lets a tool pass that exists to ask', () => {
    const asks = { name: 'ask_person', effect: 'reads', alwaysAsks: true } as const;
    const policies = [withGrant(emptyPolicy, 'ask_person')];
    expect(decideOn(asks, { policies, limits: emptyPolicy }, new Set(['ask_person']))).toBe('ask');
  });

  it('is read from JSON, and takes no word that it does not know', () => {
    expect(policySchema.parse({})).toEqual(emptyPolicy);
    expect(policySchema.parse({ effects: { runs: 'never' } }).effects.runs).toBe('never');
    expect(() => policySchema.parse({ effects: { run: 'never' } })).toThrow();
    expect(() => policySchema.parse({ tools: { a: 'yes' } })).toThrow();
  });

  it('[A5] is not fooled by names that every object has', () => {
    expect(
      decideOn(
        { name: 'constructor', effect: 'edits' },
        { policies: [emptyPolicy], limits: emptyPolicy },
        none,
      ),
    ).toBe('ask');
  });
});
