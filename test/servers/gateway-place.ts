import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GATEWAY_TIMES, type GatewayKernelTimes } from '../../kernel-bridge/gateway/gateway-connection.ts';
import {
  GATEWAY,
  GatewayLauncher,
  type GatewayTarget,
} from '../../kernel-bridge/gateway/gateway-launcher.ts';
import type { GatewaySettings } from '../../kernel-bridge/gateway/gateway-settings.ts';
import { writeGatewaySettings } from '../../kernel-bridge/gateway/settings-file.ts';
import type { DetachableKernel, LaunchRequest } from '../../kernel-bridge/kernel.ts';
import { KernelClient } from '../doubles/kernel-client.ts';
import { TOKEN } from './jupyter-server-process.ts';

/** Breaks are noticed, told and mended soon. */
const QUICK: GatewayKernelTimes = {
  ...GATEWAY_TIMES,
  ...{ ping: 200, silence: 1_000, handshake: 2_000, first: 50, longest: 400, tellAfter: 300, look: 500 },
};

export interface GatewayUnderTest {
  readonly folder: string;
  readonly logged: string[];
  readonly launcher: GatewayLauncher;
  /** For a kernel of it. */
  request(kernelspec?: string): LaunchRequest;
  launch(kernelspec?: string): Promise<{ readonly client: KernelClient; readonly kernel: DetachableKernel }>;
  /** As a supervisor does that comes after this one. */
  another(): GatewayLauncher;
  settings(changes: Partial<GatewaySettings>): void;
  dispose(): Promise<void>;
}

/** For a kernel of a gateway. @param folder any of ours */
export function gatewayRequest(
  folder: string,
  target: GatewayTarget,
  name = 'python3',
): Omit<LaunchRequest, 'kernelId' | 'sessionPath'> {
  const spec = {
    argv: [],
    display_name: name,
    language: 'python',
    env: {},
    interrupt_mode: 'message' as const,
  };
  return {
    kernelspec: {
      name: `there.${name}`,
      place: 'there',
      resourceDirectory: folder,
      prefix: null,
      spec: { ...spec, metadata: {} },
    },
    workingDirectory: folder,
    environment: {},
    pythonPrefix: '/nowhere',
    runtimeDirectory: folder,
    target,
  };
}

/** The launcher of gateways, beside one server. @param url of the server, also where a proxy stands for it */
export function gatewayUnderTest(url: string, settings: Partial<GatewaySettings> = {}): GatewayUnderTest {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  const logged: string[] = [];
  const note = (fields: object, message: string): void =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log = { debug: note, info: note, warn: note };
  const launchers: GatewayLauncher[] = [];
  const make = (): GatewayLauncher => {
    const launcher = new GatewayLauncher({ log, folder: join(folder, 'kernels'), times: QUICK });
    launchers.push(launcher);
    return launcher;
  };
  const all: GatewaySettings = { url, token: TOKEN, ...settings };
  const settingsFile = writeGatewaySettings(folder, all);
  const launcher = make();
  const request = (name?: string): LaunchRequest => ({
    ...gatewayRequest(folder, { kind: GATEWAY, settingsFile, url }, name),
    kernelId: randomUUID(),
    sessionPath: null,
  });
  return {
    folder,
    logged,
    launcher,
    request,
    launch: async (name) => {
      const client = new KernelClient();
      const kernel = await launcher.launch(request(name), client.listener);
      client.attach(kernel);
      return { client, kernel };
    },
    another: make,
    settings: (changes) => void writeGatewaySettings(folder, { ...all, ...changes }),
    dispose: async () => {
      await Promise.all(launchers.map((one) => one.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
