import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { type KubernetesSettings, PYTHON } from '../../../kernel-bridge/kubernetes/kubernetes-settings.ts';
import { quantity } from '../../../kernel-bridge/kubernetes/quantity.ts';
import { definePlaceKind } from '../place-kind.ts';

/** Forms send what is not filled in. */
const textOrNull = z
  .string()
  .trim()
  .transform((text) => (text === '' ? null : text))
  .nullable()
  .default(null);
const file = textOrNull.transform((path, context) => {
  const absolute = path?.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
  if (absolute !== null && !isAbsolute(absolute))
    context.addIssue({ code: 'custom', message: 'is an absolute path, or begins with ~/' });
  return absolute;
});
const amount = z
  .union([z.string(), z.number()])
  .transform((value) => String(value).trim())
  .refine((text) => quantity(text) !== null, 'is an amount as Kubernetes has it: 2, 500m, 4Gi');
const bounds = z.strictObject({ initial: amount, maximum: amount.nullable().default(null) });
const names = z
  .array(z.string().trim())
  .transform((all) => all.filter((name) => name !== ''))
  .default([]);
const texts = z.record(z.string(), z.string()).default({});
const objects = z.array(z.record(z.string(), z.unknown())).default([]);

const schema: z.ZodType<KubernetesSettings> = z.strictObject({
  kubeconfig: file,
  context: textOrNull,
  namespace: textOrNull,
  serverUrl: textOrNull.refine(
    (text) => text === null || /^(http|ws)s?:$/.test(URL.parse(text)?.protocol ?? ''),
    'is the address of this server, as https://jupyter.example',
  ),
  images: names.refine((all) => all.length > 0, 'names at least one image'),
  kernelspecs: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[a-z0-9._-]+$/, 'has small letters, digits, dots, dashes and underscores'),
        displayName: z.string().min(1),
        language: z.string().default('python'),
        argv: z
          .array(z.string())
          .min(1)
          .default(PYTHON.argv as string[]),
      }),
    )
    .min(1)
    .default([{ ...PYTHON, argv: [...PYTHON.argv] }]),
  resources: z
    .strictObject({
      cpu: bounds.nullable().default({ initial: '1', maximum: null }),
      memory: bounds.nullable().default({ initial: '2Gi', maximum: null }),
      gpu: bounds
        .extend({ resource: z.string().default('nvidia.com/gpu') })
        .nullable()
        .default({ initial: '0', maximum: null, resource: 'nvidia.com/gpu' }),
    })
    .prefault({}),
  nodeSelector: texts,
  tolerations: objects,
  volumes: objects,
  volumeMounts: objects,
  persistentVolumeClaims: texts,
  serviceAccountName: textOrNull,
  imagePullSecrets: names,
  workingDirectory: textOrNull,
  podTemplate: z.record(z.string(), z.unknown()).default({}),
});

export const kubernetesKind = definePlaceKind<KubernetesSettings>({
  schema,
  // Credentials are in the kubeconfig, which only the server reads.
  secrets: [],
  async make(settings, parts) {
    const { KubernetesPlace } = await import('../../../kernel-bridge/kubernetes/kubernetes-place.ts');
    return new KubernetesPlace({ ...parts, settings });
  },
});
