/** The version of jupyter_server whose interface is spoken here: what clients may expect of us. */
export const JUPYTER_SERVER_VERSION = '2.21.1';
