/** An event of any version, as it was stored. */
export interface VersionedEvent {
  readonly type: string;
  readonly version: number;
  readonly data: unknown;
}

/** Makes one version's data into the next version's. Pure. */
export type Upcaster = (data: unknown) => unknown;

/** By event type, then by the version that a step starts from. */
export type Upcasters = ReadonlyMap<string, ReadonlyMap<number, Upcaster>>;

/** Version 2 of what kernels say and become has their position; before, nothing outlived the server. */
const withoutPosition: ReadonlyMap<number, Upcaster> = new Map([
  [1, (data: unknown) => ({ position: null, ...(data as object) })],
]);

/** The steps from every version that was ever stored to today's. */
export const upcasters: Upcasters = new Map(
  ['kernel-message', 'kernel-restarted', 'kernel-died', 'kernel-ended'].map((type) => [
    type,
    withoutPosition,
  ]),
);

/** The same event, step by step, in the newest version there is a step to. */
export function upcast<E extends VersionedEvent>(event: E, steps: Upcasters = upcasters): E {
  const ofType = steps.get(event.type);
  let current = event;
  for (let step = ofType?.get(current.version); step; step = ofType?.get(current.version)) {
    current = { ...current, version: current.version + 1, data: step(current.data) };
  }
  return current;
}
