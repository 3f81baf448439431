import type { PlaceCheckLine, PlaceModel } from '../../../server/wire/place.ts';
import type {
  AcceptHostKeyRequest,
  PlaceRequest,
  PlacesAnswer,
  ResourcesAnswer,
  ResourcesRequest,
  RuntimeAgentKey,
  RuntimeAgentModel,
  RuntimeAgentsAnswer,
} from '../../../server/wire/places-api.ts';
import type { ApiClient } from './api-client.ts';
import { jsonLines } from './json-lines.ts';

/** What a page asks of the server about places and machines that dial in. Everything rejects with a sentence for people. */
export class PlacesClient {
  constructor(private readonly api: ApiClient) {}

  async places(): Promise<readonly PlaceModel[]> {
    return (await this.api.json<PlacesAnswer>('GET', '/places')).places;
  }

  add(place: PlaceRequest): Promise<PlaceModel> {
    return this.api.json('POST', '/places', place);
  }

  change(id: string, place: PlaceRequest): Promise<PlaceModel> {
    return this.api.json('PUT', `/places/${encodeURIComponent(id)}`, place);
  }

  /** @param endKernels else it is refused while kernels run there */
  async remove(id: string, endKernels: boolean): Promise<void> {
    await this.api.ask('DELETE', `/places/${encodeURIComponent(id)}${endKernels ? '?kernels=end' : ''}`);
  }

  /** Tries a place: one that is there, by its id, or one that is described. @param heard called with each line as it comes */
  async check(
    place: PlaceRequest | { readonly id: string },
    heard: (line: PlaceCheckLine) => void,
  ): Promise<void> {
    const { body } = await this.api.ask('POST', '/places/check', place);
    if (body === null) throw new Error('The server answered nothing.');
    for await (const line of jsonLines(body)) heard(line as PlaceCheckLine);
  }

  /** @param tried what was checked, where it is not there yet */
  async acceptHostKey(id: string, fingerprint: string, tried: PlaceRequest | null): Promise<void> {
    const request: AcceptHostKeyRequest = { fingerprint, ...(tried !== null && { place: tried }) };
    await this.api.ask('POST', `/places/${encodeURIComponent(id)}/accept-host-key`, request);
  }

  /** Has the server ask the place anew at once, and reach out for it where the way was broken. */
  refresh(id: string): Promise<PlaceModel> {
    return this.api.json('POST', `/places/${encodeURIComponent(id)}/refresh`, {});
  }

  resources(id: string, path: string): Promise<ResourcesAnswer> {
    return this.api.json('GET', `${resourcesOf(id)}?path=${encodeURIComponent(path)}`);
  }

  async chooseResources(id: string, request: ResourcesRequest): Promise<void> {
    await this.api.ask('PUT', resourcesOf(id), request);
  }

  async agents(): Promise<readonly RuntimeAgentModel[]> {
    return (await this.api.json<RuntimeAgentsAnswer>('GET', '/runtime-agents')).agents;
  }

  makeAgentKey(title: string): Promise<RuntimeAgentKey> {
    return this.api.json('POST', '/runtime-agents', { title });
  }

  async revokeAgent(id: string): Promise<void> {
    await this.api.ask('DELETE', `/runtime-agents/${encodeURIComponent(id)}`);
  }
}

function resourcesOf(id: string): string {
  return `/places/${encodeURIComponent(id)}/resources`;
}
