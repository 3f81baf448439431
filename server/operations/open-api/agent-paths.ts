import type { JsonObject } from './operation.ts';
import { listOf, operation, path } from './operation.ts';

const AGENT = '/api/in-the-loop/v1/agent';
const THREAD = `${AGENT}/threads/{thread}`;
const TURN = `${THREAD}/turns/{turn}`;
const text = { type: 'string' };
const truth = { type: 'boolean' };
const textOrNull = { type: ['string', 'null'] };

const thread = {
  type: 'object',
  properties: {
    thread_id: text,
    title: text,
    path: textOrNull,
    owner: text,
    is_private: truth,
    created: text,
    last_used: text,
    is_at_work: truth,
  },
};
const policy = {
  type: 'object',
  properties: {
    tools: { type: 'object', additionalProperties: { enum: ['allow', 'ask', 'never'] } },
    effects: { type: 'object', additionalProperties: { enum: ['allow', 'ask', 'never'] } },
  },
};
const policies: JsonObject = { type: 'object', properties: { policy, limits: policy } };
const notebook = { path: 'of a notebook; without it, of all' };
const inThread = { thread: "the conversation's id" };
const inTurn = { ...inThread, turn: "the turn's id" };
const noThread = { 404: 'no such conversation, or a private one' };

/** In the Loop's own: docs/ai.md. */
export const agentPaths: JsonObject = {
  [`${AGENT}/threads`]: path(
    {},
    {
      get: operation({
        summary: 'Conversations with models, those used last first',
        query: notebook,
        answers: { 200: ['what there is', { type: 'object', properties: { threads: listOf(thread) } }] },
      }),
      post: operation({
        summary: 'Begins a conversation',
        body: {
          type: 'object',
          required: ['title'],
          properties: { thread_id: text, title: text, path: textOrNull, is_private: truth },
        },
        answers: { 201: ['it is new', thread], 200: ['it was there', thread] },
      }),
    },
  ),
  [THREAD]: path(inThread, {
    patch: operation({
      summary: 'Renames a conversation, or makes it private or shared',
      body: { type: 'object', properties: { title: text, is_private: truth } },
      answers: { 200: ['as it is now', thread], ...noThread },
    }),
    delete: operation({ summary: 'Deletes a conversation', answers: { 204: 'it is gone', ...noThread } }),
  }),
  [`${THREAD}/markdown`]: path(inThread, {
    get: operation({ summary: 'A conversation as Markdown', answers: { 200: 'the text', ...noThread } }),
  }),
  [`${THREAD}/images/{sequence}/{frame}`]: path(
    { ...inThread, sequence: "the event's place in it", frame: "the image's place in the event" },
    { get: operation({ summary: 'An image of a conversation', answers: { 200: 'its bytes', ...noThread } }) },
  ),
  [`${THREAD}/turns`]: path(inThread, {
    post: operation({
      summary: 'Asks the model',
      body: {
        type: 'object',
        required: ['turn_id', 'model', 'text'],
        properties: {
          turn_id: text,
          model: text,
          text,
          images: listOf({
            type: 'object',
            properties: { media_type: text, data: text, description: text },
          }),
          selected_cells: listOf(text),
          selected_text: { type: ['object', 'null'], properties: { cell_id: text, text } },
        },
      },
      answers: {
        202: [
          'it is under way; the live websocket tells how it goes on',
          { type: 'object', properties: { thread_id: text, turn_id: text } },
        ],
        400: 'not understood, or no such model',
        409: 'another turn is under way',
        ...noThread,
      },
    }),
  }),
  [`${TURN}/context`]: path(inTurn, {
    get: operation({
      summary: 'What the model was told beside the question, exactly as it was sent',
      answers: {
        200: [
          'text and images, and of each cell, file and group how much of it is in them',
          {
            type: 'object',
            properties: { content: listOf({ type: 'object' }), account: listOf({ type: 'object' }) },
          },
        ],
        ...noThread,
      },
    }),
  }),
  [`${TURN}/stop`]: path(inTurn, {
    post: operation({
      summary: 'Ends a turn; what it has done stays',
      body: { type: 'object', properties: { and_runs: truth } },
      answers: { 204: 'it has ended', 409: 'it was over', ...noThread },
    }),
  }),
  [`${TURN}/approvals`]: path(inTurn, {
    post: operation({
      summary: 'Lets the model do what it has asked for, or not',
      body: {
        type: 'object',
        required: ['call_id', 'approve'],
        properties: {
          call_id: textOrNull,
          approve: truth,
          scope: { enum: ['call', 'turn', 'notebook', 'always'] },
          remark: textOrNull,
        },
      },
      answers: { 204: 'it is so', 409: 'nothing waits for it', ...noThread },
    }),
  }),
  [`${TURN}/revert`]: path(inTurn, {
    post: operation({
      summary: 'Takes back what a turn has changed in the notebook, as a new change',
      answers: { 204: 'it is taken back', 409: 'it cannot be', ...noThread },
    }),
  }),
  [`${AGENT}/policy`]: path(
    {},
    {
      get: operation({
        summary: 'What the person lets models do',
        query: notebook,
        answers: { 200: ['that, and what administrators let anybody', policies] },
      }),
      put: operation({
        summary: 'Lays that down',
        query: notebook,
        body: policy,
        answers: { 200: ['as it is now', policies] },
      }),
    },
  ),
};
