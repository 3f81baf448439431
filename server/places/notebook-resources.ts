/** What notebooks ask for at places, kept in their metadata: it goes with the notebook. */
export interface NotebookResources {
  /** Null where nobody has said so far. @throws HttpError 404, 400 where it is no notebook */
  chosen(path: string, placeId: string): Promise<Readonly<Record<string, string>> | null>;
  /** @throws HttpError as `chosen`, and where it cannot be written */
  choose(
    path: string,
    placeId: string,
    resources: Readonly<Record<string, string>>,
    actor: string,
  ): Promise<void>;
}
