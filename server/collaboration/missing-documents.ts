import { randomUUID } from 'node:crypto';
import type { DocumentError } from '../shared-document.ts';

const REMEMBERED = 1000;

/**
 * Ids for files that cannot be shared. The client asks for an id first and only takes in the room itself why there is no
 * document: refused here, it would show a dialog that waits for ever (contract §6.1).
 */
export class MissingDocuments {
  readonly #errors = new Map<string, DocumentError>();

  add(error: DocumentError): string {
    const id = randomUUID();
    this.#errors.set(id, error);
    for (const oldest of this.#errors.keys()) {
      if (this.#errors.size <= REMEMBERED) break;
      this.#errors.delete(oldest);
    }
    return id;
  }

  /** @throws the error that the id stands for */
  assertNot(id: string): void {
    const error = this.#errors.get(id);
    if (error !== undefined) throw error;
  }
}
