import { HttpError } from '../http-error.ts';
import { CONVERT, LIST_EXPORTERS } from './convert-script.ts';
import type { PythonAnswer } from './python-answer.ts';
import { askPython } from './python-answer.ts';

const LIST_TIMEOUT_MS = 60_000;
/** LaTeX and headless browsers are slow. */
const CONVERT_TIMEOUT_MS = 10 * 60_000;
/** Each is a Python process and more; who comes later is asked to come again. */
const MOST_AT_ONCE = 8;

export type Exporters = Readonly<Record<string, { readonly output_mimetype: string }>>;

export interface Conversion {
  readonly format: string;
  /** A notebook of format 4. */
  readonly notebook: unknown;
  /** The document's name without extension. */
  readonly title: string;
  /** nbconvert's `resources`. */
  readonly resources: Readonly<Record<string, unknown>>;
  readonly sanitizeHtml: boolean | null;
}

/** The nbconvert of a Python environment. */
export class Nbconvert {
  readonly #prefix: string;
  #exporters: Promise<Exporters> | null = null;
  #running = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /** Asked once: what an environment can convert to does not change while it is served. @throws HttpError 500 */
  exporters(): Promise<Exporters> {
    this.#exporters ??= this.#askExporters().catch((error: unknown) => {
      this.#exporters = null; // It may be installed by the time somebody asks again.
      throw error;
    });
    return this.#exporters;
  }

  /**
   * The header says `{"mimetype", "extension", "zip"}`, the body is the document (or an archive with its images).
   * @param signal when nobody waits for it any longer
   * @throws HttpError 500, 503
   */
  async convert(conversion: Conversion, signal: AbortSignal): Promise<PythonAnswer> {
    if (this.#running >= MOST_AT_ONCE) {
      throw new HttpError(503, 'Too many notebooks are being converted, try again in a moment');
    }
    this.#running += 1;
    const { format, notebook, title, resources, sanitizeHtml } = conversion;
    const job = JSON.stringify({ format, notebook, title, resources, sanitize_html: sanitizeHtml });
    const until = AbortSignal.any([signal, AbortSignal.timeout(CONVERT_TIMEOUT_MS)]);
    try {
      const answer = await askPython(this.#prefix, CONVERT, job, until);
      answer.body.once('close', () => (this.#running -= 1));
      return answer;
    } catch (error) {
      this.#running -= 1;
      throw error;
    }
  }

  async #askExporters(): Promise<Exporters> {
    const answer = await askPython(this.#prefix, LIST_EXPORTERS, '', AbortSignal.timeout(LIST_TIMEOUT_MS));
    answer.body.resume();
    return answer.header['exporters'] as Exporters;
  }
}
