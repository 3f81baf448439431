import { z } from 'zod';

const contentPartSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string() }),
  z.object({
    type: z.literal('image'),
    mediaType: z.string(),
    description: z.string(),
    /** Which of the event's frames has its bytes. */
    frame: z.int().nonnegative(),
  }),
]);
const userMessageSchema = z.object({ role: z.literal('user'), content: z.array(contentPartSchema) });
const assistantMessageSchema = z.object({
  role: z.literal('assistant'),
  content: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('text'), text: z.string() }),
      z.object({
        type: z.literal('tool-call'),
        callId: z.string(),
        toolName: z.string(),
        argumentsText: z.string(),
      }),
    ]),
  ),
});
const plainJsonSchema = z.record(z.string(), z.unknown());
const usageSchema = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cachedInputTokens: z.number(),
});
/** What happens in the turns of a conversation with a model, in the stream `agent-thread:<id>` of each. */
export const agentTurnEventSchema = z.discriminatedUnion('type', [
  /** Frames: images of question and context. */
  z.object({
    type: z.literal('turn-started'),
    version: z.literal(1),
    data: z.object({
      turnId: z.string(),
      modelId: z.string(),
      question: userMessageSchema,
      context: userMessageSchema.nullable(),
      /** What of the notebook the model was told, and what was left out. */
      account: z
        .array(
          z.object({
            item: z.enum(['notebook', 'cell', 'file', 'variables', 'runs', 'mention']),
            name: z.string(),
            reason: z.enum(['selected', 'mentioned', 'failed', 'running', 'near', 'rest']).nullable(),
            told: z.enum(['whole', 'shortened', 'outline', 'not']),
            /** Estimated. */
            tokens: z.number(),
          }),
        )
        .optional(),
      /** By the id of a cell, the SHA-256 of its source, of those that the model was told whole. */
      seen: z.record(z.string(), z.string()).optional(),
    }),
  }),
  z.object({
    type: z.literal('model-asked'),
    version: z.literal(1),
    data: z.object({ turnId: z.string(), step: z.int() }),
  }),
  z.object({
    type: z.literal('text-streamed'),
    version: z.literal(1),
    data: z.object({
      turnId: z.string(),
      step: z.int(),
      kind: z.enum(['text', 'reasoning']),
      text: z.string(),
    }),
  }),
  z.object({
    type: z.literal('model-answered'),
    version: z.literal(1),
    data: z.object({
      turnId: z.string(),
      step: z.int(),
      message: assistantMessageSchema,
      finish: z.enum(['stop', 'tool-calls', 'length', 'content-filter']),
      usage: usageSchema.nullable(),
    }),
  }),
  z.object({
    type: z.literal('model-failed'),
    version: z.literal(1),
    data: z.object({
      turnId: z.string(),
      step: z.int(),
      code: z.string(),
      message: z.string(),
      /** In milliseconds, until it is asked again. */
      delay: z.number(),
    }),
  }),
  z.object({
    type: z.literal('approval-requested'),
    version: z.literal(1),
    data: z.object({ turnId: z.string(), callId: z.string(), preview: plainJsonSchema.nullable() }),
  }),
  z.object({
    type: z.literal('approval-given'),
    version: z.literal(1),
    data: z.object({
      turnId: z.string(),
      callId: z.string(),
      isApproved: z.boolean(),
      by: z.string(),
      scope: z.enum(['call', 'turn', 'notebook', 'always']),
      remark: z.string().nullable(),
    }),
  }),
  z.object({
    type: z.literal('tool-started'),
    version: z.literal(1),
    data: z.object({ turnId: z.string(), callId: z.string(), allowedBy: z.enum(['approval', 'policy']) }),
  }),
  /** Frames: images of the result. */
  z.object({
    type: z.literal('tool-ended'),
    version: z.literal(1),
    data: z.object({
      turnId: z.string(),
      callId: z.string(),
      result: z.object({
        content: z.array(contentPartSchema),
        isError: z.boolean(),
        details: plainJsonSchema.nullable(),
      }),
    }),
  }),
  z.object({
    type: z.literal('turn-ended'),
    version: z.literal(1),
    data: z.object({
      turnId: z.string(),
      outcome: z.discriminatedUnion('type', [
        z.object({ type: z.literal('done') }),
        z.object({ type: z.literal('stopped'), by: z.string() }),
        z.object({ type: z.literal('failed'), code: z.string(), message: z.string() }),
        z.object({ type: z.literal('step-limit'), steps: z.int() }),
      ]),
    }),
  }),
  /** What it had changed was taken back; committed together with that. */
  z.object({
    type: z.literal('turn-reverted'),
    version: z.literal(1),
    data: z.object({
      turnId: z.string(),
      by: z.string(),
      /** Calls whose changes were taken back. */
      callIds: z.array(z.string()),
      /** Calls whose changes could not be, and why, for people. */
      left: z.array(z.object({ callId: z.string(), reason: z.string() })),
    }),
  }),
]);

export type AgentTurnEvent = z.infer<typeof agentTurnEventSchema>;
