/**
 * The version of our live protocol, said by the page in `hello`. A server that was upgraded under an open page goes on
 * with it as long as it still speaks the page's version, so a change adds where it can: new kinds of messages and new
 * optional members, which the older side leaves alone. What the older side cannot leave alone needs a new version.
 *
 * History
 * - 1 (2026-11-21): documents by handle, saves, presence of the page; conversations with a model; that places or kernels changed.
 */
export const PROTOCOL_VERSION = 1;
