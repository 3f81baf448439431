import { z } from 'zod';

/** In a code cell's metadata, where its notebook uses several kernels: which of them ran what the cell shows. */
export const RAN_ON_KEY = 'in_the_loop_ran_on';

/** In a code cell's metadata, as `{kernel: NAME}`: the kernel that somebody chose for it; and in those of its outputs. */
export const CHOSEN_KEY = 'in_the_loop';

export const ranOnSchema = z.object({
  /** The name of its kernelspec. */
  kernel: z.string(),
  /** For people. */
  display_name: z.string(),
  /** The id of its place; null for the server's machine. */
  place: z.string().nullable(),
});

export type RanOn = z.infer<typeof ranOnSchema>;
