// What is said by REST of sharing, below `/api/in-the-loop/v1`.

/** `POST /viewer-links`, by whoever may write. 409 with `message` and `remedy` where the server has no token for viewers. */
export interface ViewerLinkRequest {
  /** API path of a file. */
  readonly path: string;
  /** The page that shows it: JupyterLab or Notebook. */
  readonly page: 'lab/tree' | 'notebooks';
}

export interface ViewerLinkAnswer {
  /** With the base URL and the token for viewers, without the host: that is the one which the page has. Never stored. */
  readonly link: string;
}
