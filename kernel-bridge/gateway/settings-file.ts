import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fields, parseJson } from '../hosted/codec/fields.ts';
import type { GatewaySettings } from './gateway-settings.ts';

const NAME = 'gateway.json';

/**
 * Where the supervisor reads how to sign in, each time it connects: a token that was replaced is the new one for kernels that
 * run, too, and requests and records of kernels hold none.
 * @param folder of the place, which only this person can enter
 * @returns its path
 * @throws the file system's errors
 */
export function writeGatewaySettings(folder: string, settings: GatewaySettings): string {
  const path = join(folder, NAME);
  writeFileSync(`${path}.new`, JSON.stringify(settings), { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return path;
}

/** @throws the file system's errors, MalformedError */
export function readGatewaySettings(path: string): GatewaySettings {
  const fields = parseJson(readFileSync(path), 'what is known of a gateway');
  return {
    url: fields.text('url'),
    token: optional(fields, 'token', () => fields.text('token')),
    headers: optional(fields, 'headers', () => fields.textsByName('headers')),
    kernelUsername: optional(fields, 'kernelUsername', () => fields.text('kernelUsername')),
    kernelEnvironment: optional(fields, 'kernelEnvironment', () => fields.textsByName('kernelEnvironment')),
    verifyTls: optional(fields, 'verifyTls', () => fields.isTrue('verifyTls')),
    certificateAuthority: optional(fields, 'certificateAuthority', () => fields.text('certificateAuthority')),
    launchTimeout: optional(fields, 'launchTimeout', () => fields.count('launchTimeout')),
  };
}

function optional<T>(fields: Fields, name: string, read: () => T): T | undefined {
  return fields.has(name) ? read() : undefined;
}
