import type { PlaceModel } from '../../../server/wire/place.ts';
import type { CheckView } from '../places/check-view.ts';

/** What can be done with a place from the list. What goes wrong is said there; nothing rejects. */
export interface PlaceActions {
  tryIt(place: PlaceModel, shown: CheckView): Promise<void>;
  /** A host key that a check of it showed is trusted from now on. */
  trust(place: PlaceModel, fingerprint: string, shown: CheckView): Promise<void>;
  reconnect(place: PlaceModel): Promise<void>;
  edit(place: PlaceModel): void;
  remove(place: PlaceModel): Promise<void>;
  /** Of a machine that dials in: its key is worth nothing any more. */
  revoke(place: PlaceModel): Promise<void>;
  newNotebook(kernelspec: string): Promise<void>;
  /** Gives the notebook in front a kernel of it. */
  useInNotebook(kernelspec: string): Promise<void>;
  /** What the notebook in front is called; null where none is. */
  notebookInFront(): string | null;
  nameOf(kernelspec: string): string;
}
