import type { PlaceModel } from '../wire/place.ts';
import type { HeldPlace } from './held-place.ts';
import { machineHere } from './machine-here.ts';
import { THIS_MACHINE } from './place-id.ts';

const NOTHING = { resume: false, limits: false, restart: false, pause: false };
const ALL = { resume: true, limits: true, restart: true, pause: true };

/** @param maySeeSettings those who may only look are not shown where and as whom others compute */
export function placeModel(held: HeldPlace, maySeeSettings: boolean): PlaceModel {
  const { id, title, kind, isConfigured, state, kernelspecs, settings, place, machine } = held;
  return {
    id,
    title,
    kind,
    isConfigured,
    capabilities: place === null ? NOTHING : { ...place.capabilities },
    state: { ...state },
    kernelspecs: kernelspecs.map(({ name }) => name),
    settings: maySeeSettings ? settings : {},
    ...(machine !== null && { machine }),
  };
}

/** This machine, as a place like the others. @param since when the server was started */
export function hereModel(kernelspecs: readonly string[], since: Date): PlaceModel {
  return {
    id: THIS_MACHINE,
    title: 'This machine',
    kind: 'local',
    isConfigured: true,
    capabilities: ALL,
    state: { kind: 'ready', text: null, remedy: null, since: since.toISOString() },
    kernelspecs,
    settings: {},
    machine: machineHere(),
  };
}
