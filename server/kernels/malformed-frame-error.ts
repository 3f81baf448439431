/** A client sent what is no Jupyter message in its dialect. */
export class MalformedFrameError extends Error {
  override readonly name = 'MalformedFrameError';
}
