import { randomUUID } from 'node:crypto';
import { Router } from 'express';
import type { ErrorRequestHandler, Request } from 'express';
import { z } from 'zod';
import { policySchema } from '../../ai-agent/approval.ts';
import type { UserMessage } from '../../ai-agent/message.ts';
import type { EventLog } from '../../event-log/event-log.ts';
import type { Authorize } from '../auth/authorize.ts';
import type { Identity } from '../auth/identity.ts';
import { identityOf } from '../auth/identity.ts';
import { readJsonBody } from '../http-body.ts';
import { AgentApiError } from './agent-error.ts';
import type { AgentPolicies } from './agent-policies.ts';
import type { AgentRunner } from './agent-runner.ts';
import type { AgentThreads, ThreadRecord } from './agent-threads.ts';
import type { NotebookDescription } from './describe-notebook.ts';
import { readThread } from './read-thread.ts';
import { threadImage } from './thread-image.ts';
import { threadMarkdown } from './thread-markdown.ts';
import { maySee, visibleThread } from './visible-thread.ts';

const AGENT = '/api/in-the-loop/v1/agent';
const THREAD = `${AGENT}/threads/:thread`;
const TURN = `${THREAD}/turns/:turn`;
/** A question with some pictures. */
const LARGEST_BODY = 32 * 1024 * 1024;

/** What a page asks of an agent, beside the words themselves. */
const turnSchema = z.strictObject({
  turn_id: z.uuid(),
  model: z.string().min(1),
  text: z.string().min(1),
  images: z
    .array(z.strictObject({ media_type: z.string(), data: z.base64(), description: z.string().default('') }))
    .max(8)
    .default([]),
  /** Cells that the person has selected. */
  selected_cells: z.array(z.string()).default([]),
  /** Text that is selected, and the cell that it is in. */
  selected_text: z.strictObject({ cell_id: z.string(), text: z.string() }).nullable().default(null),
});
export type TurnRequest = z.infer<typeof turnSchema>;

const threadSchema = z.strictObject({
  thread_id: z.uuid().optional(),
  title: z.string().min(1).max(200),
  path: z.string().nullable().default(null),
  is_private: z.boolean().default(false),
});
const changeSchema = z.strictObject({
  title: z.string().min(1).max(200).optional(),
  is_private: z.boolean().optional(),
});
const approvalSchema = z.strictObject({
  /** Null: all that wait. */
  call_id: z.string().nullable(),
  approve: z.boolean(),
  scope: z.enum(['call', 'turn', 'notebook', 'always']).default('call'),
  remark: z.string().max(10_000).nullable().default(null),
});
const stopSchema = z.strictObject({ and_runs: z.boolean().default(false) });

export interface AgentParts {
  readonly threads: AgentThreads;
  readonly policies: AgentPolicies;
  readonly runner: AgentRunner;
}

/** `/api/in-the-loop/v1/agent`: see docs/ai.md. */
export function agentRoutes(deps: {
  /** They are made when they are first asked for. */
  readonly parts: () => Promise<AgentParts>;
  readonly log: EventLog;
  /** The document of a notebook; one that has none yet gets one. @throws AgentApiError notebook_not_found */
  readonly documentIdOf: (path: string) => Promise<string>;
  /** Whether it has one: nobody has talked about a notebook that has none. */
  readonly isKnown: (path: string) => Promise<boolean>;
  /** Where the notebook of a document is now; null where it is gone. */
  readonly pathOf: (documentId: string) => Promise<string | null>;
  /** What a model is told of the notebook beside the question. */
  readonly describe: (
    thread: ThreadRecord,
    asked: TurnRequest,
    person: Identity,
  ) => Promise<NotebookDescription | null>;
  /** Takes back what a turn has changed. */
  readonly revert: (thread: ThreadRecord, turnId: string, person: Identity) => Promise<void>;
  readonly authorize: Authorize;
}): Router {
  const { parts, log, authorize } = deps;
  const router = Router({ caseSensitive: true, strict: true });
  const threadModel = async (thread: ThreadRecord, threads: AgentThreads): Promise<object> => ({
    thread_id: thread.threadId,
    title: thread.title,
    path: thread.documentId === null ? null : await deps.pathOf(thread.documentId),
    owner: thread.owner,
    is_private: thread.isPrivate,
    created: new Date(thread.createdAt).toISOString(),
    last_used: new Date(thread.usedAt).toISOString(),
    is_at_work: threads.openTurns().some(({ threadId }) => threadId === thread.threadId),
  });
  const mayChange = (person: Identity): void => {
    authorize(person, 'write', 'contents');
    authorize(person, 'execute', 'kernels');
  };

  router.get(`${AGENT}/threads`, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'read', 'contents');
    const { path } = valid(z.object({ path: z.string().optional() }), request.query);
    const { threads } = await parts();
    if (path !== undefined && !(await deps.isKnown(path))) return void response.json({ threads: [] });
    const documentId = path === undefined ? null : await deps.documentIdOf(path);
    const listed = [...threads.all()]
      .filter((thread) => maySee(thread, person) && (documentId === null || thread.documentId === documentId))
      .sort((one, other) => other.usedAt - one.usedAt);
    response.json({ threads: await Promise.all(listed.map((thread) => threadModel(thread, threads))) });
  });
  router.post(`${AGENT}/threads`, async (request, response) => {
    const person = identityOf(response);
    mayChange(person);
    const asked = valid(threadSchema, await readJsonBody(request, LARGEST_BODY));
    const { threads } = await parts();
    const threadId = asked.thread_id ?? randomUUID();
    const documentId = asked.path === null ? null : await deps.documentIdOf(asked.path);
    const isNew = threads.get(threadId) === undefined;
    const { title, is_private: isPrivate } = asked;
    if (isNew)
      await threads.create(
        { threadId, title, documentId, owner: person.username, isPrivate },
        person.username,
      );
    response
      .status(isNew ? 201 : 200)
      .json(await threadModel(visibleThread(threads, threadId, person), threads));
  });
  router.patch(THREAD, async (request, response) => {
    const person = identityOf(response);
    mayChange(person);
    const { title, is_private: isPrivate } = valid(changeSchema, await readJsonBody(request, LARGEST_BODY));
    const { threads } = await parts();
    const thread = visibleThread(threads, threadIn(request), person);
    if (isPrivate !== undefined && isPrivate !== thread.isPrivate && thread.owner !== person.username)
      throw new AgentApiError(
        'invalid_request',
        'Only who began a conversation can make it private or shared.',
        'Ask them.',
      );
    const changed = { title: title ?? thread.title, isPrivate: isPrivate ?? thread.isPrivate };
    await threads.change({ threadId: thread.threadId, ...changed }, person.username);
    response.json(await threadModel(visibleThread(threads, thread.threadId, person), threads));
  });
  router.delete(THREAD, async (request, response) => {
    const person = identityOf(response);
    mayChange(person);
    const { threads, runner } = await parts();
    const thread = visibleThread(threads, threadIn(request), person);
    const { threadId } = thread;
    for (const open of threads.openTurns())
      if (open.threadId === threadId) await runner.stop(thread, open.turnId, false, person);
    await threads.delete(threadId, person.username);
    response.status(204).end();
  });
  router.get(`${THREAD}/markdown`, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'read', 'contents');
    const { threads } = await parts();
    const thread = visibleThread(threads, threadIn(request), person);
    response.type('text/markdown; charset=utf-8').send(await threadMarkdown(log, thread));
  });
  router.get(`${THREAD}/images/:sequence/:frame`, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'read', 'contents');
    const { threads } = await parts();
    const { threadId } = visibleThread(threads, threadIn(request), person);
    const image = await threadImage(
      log,
      threadId,
      Number(request.params['sequence']),
      Number(request.params['frame']),
    );
    response.setHeader('Cache-Control', 'private, max-age=31536000, immutable');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.type(image.mediaType).send(image.bytes);
  });
  router.post(`${THREAD}/turns`, async (request, response) => {
    const person = identityOf(response);
    mayChange(person);
    const asked = valid(turnSchema, await readJsonBody(request, LARGEST_BODY));
    const { threads, runner } = await parts();
    const thread = visibleThread(threads, threadIn(request), person);
    const question: UserMessage = {
      role: 'user',
      content: [
        { type: 'text', text: asked.text },
        ...asked.images.map(({ media_type: mediaType, data, description }) => ({
          type: 'image' as const,
          mediaType,
          data,
          description,
        })),
      ],
    };
    const told = await deps.describe(thread, asked, person);
    const { context, account, seen } = told ?? { context: null, account: [], seen: {} };
    const { turn_id: turnId, model: modelId } = asked;
    await runner.begin(thread, { turnId, modelId, question, context, account, seen }, person);
    response.status(202).json({ thread_id: thread.threadId, turn_id: asked.turn_id });
  });
  router.get(`${TURN}/context`, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'read', 'contents');
    const { threads } = await parts();
    const { threadId } = visibleThread(threads, threadIn(request), person);
    const turn = (await readThread(log, threadId)).find(({ state }) => state.turnId === turnIn(request));
    if (turn === undefined)
      throw new AgentApiError('turn_not_found', 'This conversation has no such turn.', 'Read it again.');
    response.json({ content: turn.state.context?.content ?? [], account: turn.state.account });
  });
  router.post(`${TURN}/stop`, async (request, response) => {
    const person = identityOf(response);
    mayChange(person);
    const { and_runs: andRuns } = valid(stopSchema, await readJsonBody(request, LARGEST_BODY));
    const { threads, runner } = await parts();
    const thread = visibleThread(threads, threadIn(request), person);
    await runner.stop(thread, turnIn(request), andRuns, person);
    response.status(204).end();
  });
  router.post(`${TURN}/approvals`, async (request, response) => {
    const person = identityOf(response);
    mayChange(person);
    const given = valid(approvalSchema, await readJsonBody(request, LARGEST_BODY));
    const { threads, runner } = await parts();
    const thread = visibleThread(threads, threadIn(request), person);
    const { call_id: callId, approve: isApproved, scope, remark } = given;
    await runner.approve(thread, turnIn(request), { callId, isApproved, scope, remark }, person);
    response.status(204).end();
  });
  router.post(`${TURN}/revert`, async (request, response) => {
    const person = identityOf(response);
    mayChange(person);
    const { threads } = await parts();
    const thread = visibleThread(threads, threadIn(request), person);
    await deps.revert(thread, turnIn(request), person);
    response.status(204).end();
  });
  router.get(`${AGENT}/policy`, async (request, response) => {
    const person = identityOf(response);
    authorize(person, 'read', 'contents');
    const { policies } = await parts();
    const documentId = await notebookIn(request);
    response.json({ policy: policies.of(person.username, documentId), limits: policies.limits });
  });
  router.put(`${AGENT}/policy`, async (request, response) => {
    const person = identityOf(response);
    mayChange(person);
    const policy = valid(policySchema, await readJsonBody(request, LARGEST_BODY));
    const { policies, runner } = await parts();
    await policies.set(person.username, await notebookIn(request), policy);
    runner.reconsider();
    response.json({ policy, limits: policies.limits });
  });
  router.use(AGENT, sendAgentApiError);
  return router;

  /** The document of `?path=`; null: all notebooks are meant. */
  async function notebookIn(request: Request): Promise<string | null> {
    const { path } = valid(z.object({ path: z.string().optional() }), request.query);
    return path === undefined ? null : deps.documentIdOf(path);
  }
}

// Express knows an error handler by its four parameters.
const sendAgentApiError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof AgentApiError) response.status(error.status).json(error.body);
  else next(error);
};

function valid<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AgentApiError('invalid_request', z.prettifyError(parsed.error), 'See docs/ai.md.', {
    cause: parsed.error,
  });
}

function threadIn(request: Request): string {
  return String(request.params['thread']);
}

function turnIn(request: Request): string {
  return String(request.params['turn']);
}
