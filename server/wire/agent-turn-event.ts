import { z } from 'zod';

const partSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('image'),
    mediaType: z.string(),
    description: z.string(),
    /** With the event's sequence it names the bytes: `GET …/agent/threads/{id}/images/{sequence}/{frame}`. */
    frame: z.int().nonnegative(),
  }),
]);
export type AgentPart = z.infer<typeof partSchema>;

const turnId = z.string();
const callId = z.string();
const json = z.record(z.string(), z.unknown());

/** What happens in the turns of a conversation, as pages are told it. Kinds that a page does not know it leaves alone. */
export const agentTurnEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('turn-started'),
    turnId,
    modelId: z.string(),
    question: z.array(partSchema),
    /** The model was told of the notebook too: `GET …/agent/threads/{id}/turns/{turn}/context`. */
    hasContext: z.boolean(),
  }),
  /** What was streamed of this step before is void. */
  z.object({ type: z.literal('model-asked'), turnId, step: z.int() }),
  z.object({
    type: z.literal('text-streamed'),
    turnId,
    step: z.int(),
    kind: z.enum(['text', 'reasoning']),
    text: z.string(),
  }),
  /** Its whole text stands for what was streamed. */
  z.object({
    type: z.literal('model-answered'),
    turnId,
    step: z.int(),
    text: z.string(),
    calls: z.array(z.object({ callId, toolName: z.string(), argumentsText: z.string() })),
    finish: z.enum(['stop', 'tool-calls', 'length', 'content-filter']),
    usage: z
      .object({ inputTokens: z.number(), outputTokens: z.number(), cachedInputTokens: z.number() })
      .nullable(),
  }),
  z.object({
    type: z.literal('model-failed'),
    turnId,
    step: z.int(),
    code: z.string(),
    message: z.string(),
    /** In milliseconds, until it is asked again. */
    delay: z.number(),
  }),
  z.object({ type: z.literal('approval-requested'), turnId, callId, preview: json.nullable() }),
  z.object({
    type: z.literal('approval-given'),
    turnId,
    callId,
    isApproved: z.boolean(),
    by: z.string(),
    scope: z.enum(['call', 'turn', 'notebook', 'always']),
    remark: z.string().nullable(),
  }),
  z.object({ type: z.literal('tool-started'), turnId, callId, allowedBy: z.enum(['approval', 'policy']) }),
  z.object({
    type: z.literal('tool-ended'),
    turnId,
    callId,
    content: z.array(partSchema),
    isError: z.boolean(),
    details: json.nullable(),
  }),
  z.object({
    type: z.literal('turn-ended'),
    turnId,
    outcome: z.discriminatedUnion('type', [
      z.object({ type: z.literal('done') }),
      z.object({ type: z.literal('stopped'), by: z.string() }),
      z.object({ type: z.literal('failed'), code: z.string(), message: z.string() }),
      z.object({ type: z.literal('step-limit'), steps: z.int() }),
    ]),
  }),
  z.object({
    type: z.literal('turn-reverted'),
    turnId,
    by: z.string(),
    callIds: z.array(z.string()),
    left: z.array(z.object({ callId, reason: z.string() })),
  }),
]);
export type AgentTurnEvent = z.infer<typeof agentTurnEventSchema>;
