import { z } from 'zod';
import type { Effect, Tool } from './tool.ts';

/** Whether a model may use a tool: without asking, once a person says yes, or not at all. */
export type Decision = 'allow' | 'ask' | 'never';

const decisionSchema = z.enum(['allow', 'ask', 'never']);

/** What somebody has laid down: of tools by name, and of all tools with an effect. What it does not mention it leaves open. */
export const policySchema = z.strictObject({
  tools: z.record(z.string(), decisionSchema).default({}),
  effects: z
    .strictObject({
      reads: decisionSchema.optional(),
      edits: decisionSchema.optional(),
      runs: decisionSchema.optional(),
      destroys: decisionSchema.optional(),
    })
    .default({}),
});

export type Policy = z.infer<typeof policySchema>;

export const emptyPolicy: Policy = { tools: {}, effects: {} };

export interface PolicyInForce {
  /** The nearest first: of the person for this notebook, of the person. */
  readonly policies: readonly Policy[];
  /** The administrators': nothing is allowed more freely than they say. */
  readonly limits: Policy;
}

const defaults: Readonly<Record<Effect, Decision>> = {
  reads: 'allow',
  edits: 'ask',
  runs: 'ask',
  destroys: 'ask',
};

const strictness: Readonly<Record<Decision, number>> = { allow: 0, ask: 1, never: 2 };

/**
 * What is to be done with a call of this tool. A policy that names the tool counts before one that speaks of its effect, and the nearer
 * before the farther. It depends on nothing that a model, an output or a file says.
 * @param grants - Names of tools that a person allowed for the rest of the turn.
 */
export function decideOn(
  tool: Pick<Tool, 'name' | 'effect' | 'alwaysAsks'>,
  { policies, limits }: PolicyInForce,
  grants: ReadonlySet<string>,
): Decision {
  const said = saidOf(tool, policies) ?? defaults[tool.effect];
  const wanted = said === 'ask' && grants.has(tool.name) ? 'allow' : said;
  const asked = tool.alwaysAsks === true ? stricter(wanted, 'ask') : wanted;
  return stricter(asked, saidOf(tool, [limits]) ?? 'allow');
}

function saidOf(
  { name, effect }: Pick<Tool, 'name' | 'effect'>,
  policies: readonly Policy[],
): Decision | undefined {
  const ofTool = policies.find(({ tools }) => Object.hasOwn(tools, name))?.tools[name];
  return ofTool ?? policies.find(({ effects }) => effects[effect] !== undefined)?.effects[effect];
}

function stricter(one: Decision, other: Decision): Decision {
  return strictness[one] >= strictness[other] ? one : other;
}

/** The policy once somebody has said yes to a tool with the scope `notebook` or `always`. */
export function withGrant(policy: Policy, toolName: string): Policy {
  return { ...policy, tools: { ...policy.tools, [toolName]: 'allow' } };
}
