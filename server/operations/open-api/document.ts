import { browserPaths } from './browser-paths.ts';
import { contentPaths } from './content-paths.ts';
import { documentPaths } from './document-paths.ts';
import { historyPaths } from './history-paths.ts';
import { sharePaths } from './share-paths.ts';
import { kernelPaths } from './kernel-paths.ts';
import { agentPaths } from './agent-paths.ts';
import { mcpPaths } from './mcp-paths.ts';
import { modelPaths } from './model-paths.ts';
import type { JsonObject } from './operation.ts';
import { placePaths } from './place-paths.ts';
import { runtimeAgentPaths } from './runtime-agent-paths.ts';
import { runPaths } from './run-paths.ts';
import { schemas } from './schemas.ts';
import { serverPaths } from './server-paths.ts';

/** What `/api/spec.yaml` says: the REST API that this server really has. */
export function openApiDocument(version: string, baseUrl: string): JsonObject {
  return {
    openapi: '3.1.0',
    info: {
      title: 'In the Loop: Jupyter Server API',
      version,
      description:
        "Jupyter's REST API. Changes need a token, or the login cookie together with the `_xsrf` cookie's value in an X-XSRFToken header.",
    },
    servers: [{ url: baseUrl }],
    security: [{ header: [] }, { query: [] }, { cookie: [] }],
    paths: {
      ...serverPaths,
      ...contentPaths,
      ...kernelPaths,
      ...runPaths,
      ...documentPaths,
      ...historyPaths,
      ...sharePaths,
      ...modelPaths,
      ...mcpPaths,
      ...agentPaths,
      ...placePaths,
      ...runtimeAgentPaths,
      ...browserPaths,
    },
    components: {
      securitySchemes: {
        header: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description: '`token <token>` or `Bearer <token>`',
        },
        query: { type: 'apiKey', in: 'query', name: 'token' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'username-<host>-<port>' },
      },
      schemas,
    },
  };
}
