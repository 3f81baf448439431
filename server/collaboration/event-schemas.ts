import { AWARENESS_EVENTS, FORK_EVENTS, SESSION_EVENTS } from './collaboration-events.ts';

const ROOM = { type: 'string', description: "the room's id" };

/** Ids, fields and allowed words are jupyter-collaboration's (contract §6.1). */
export const collaborationSchemas = [
  {
    $id: SESSION_EVENTS,
    version: '1',
    title: 'What became of a shared document',
    'personal-data': true,
    type: 'object',
    required: ['level', 'room', 'path'],
    properties: {
      level: { enum: ['INFO', 'DEBUG', 'WARNING', 'ERROR', 'CRITICAL'] },
      room: ROOM,
      path: { type: 'string', description: 'where its file is' },
      store: { type: 'string', description: 'where its history is' },
      action: { enum: ['initialize', 'load', 'save', 'overwrite', 'clean'] },
      msg: { type: 'string', description: 'what happened, for people' },
    },
  },
  {
    $id: AWARENESS_EVENTS,
    version: '1',
    title: 'Who came into a room and who left',
    'personal-data': true,
    type: 'object',
    required: ['roomid', 'username', 'action'],
    properties: {
      roomid: ROOM,
      username: { type: 'string' },
      action: { enum: ['join', 'leave'] },
      msg: { type: 'string' },
    },
  },
  {
    $id: FORK_EVENTS,
    version: '1',
    title: 'Forks of shared documents',
    'personal-data': true,
    type: 'object',
    required: ['fork_roomid', 'fork_info', 'username', 'action'],
    properties: {
      fork_roomid: ROOM,
      fork_info: {
        type: 'object',
        required: ['root_roomid', 'synchronize', 'title', 'description'],
        properties: {
          root_roomid: ROOM,
          synchronize: { type: 'boolean', description: 'whether it follows its root' },
          title: { type: 'string' },
          description: { type: 'string' },
        },
      },
      username: { type: 'string' },
      action: { enum: ['create', 'delete'] },
    },
  },
] as const;
