import { z } from 'zod';
import type { HostHello, HostLeft } from '../wire/browser-runtime.ts';

/** It becomes the name of a folder. */
const HOST_ID = /^[A-Za-z0-9-]{8,64}$/;
/** As random as a UUID at least. */
const secret = z.string().min(16).max(200);

export const hostHelloSchema = z.object({
  type: z.literal('host'),
  protocol: z.int(),
  hostId: z.string().regex(HOST_ID),
  secret,
  title: z.string().max(100),
  isLeft: z.boolean(),
}) satisfies z.ZodType<HostHello>;

/** More than any page runs. */
const MOST_KERNELS = 100;
const kernels = z.array(z.string().max(64)).max(MOST_KERNELS);

export const hostLeftSchema = z.object({
  secret,
  unshared: kernels,
  underWay: kernels.default([]),
}) satisfies z.ZodType<HostLeft>;
