/** What came by a kernel websocket is no Jupyter message in its dialect. */
export class MalformedFrameError extends Error {
  override readonly name = 'MalformedFrameError';
}
