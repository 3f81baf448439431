// An `import` of node:http reads each of its members once, and behind three of them is Node's whole web client (fetch,
// WebSocket, http2): megabytes of memory and 30 ms of the start, for what a server never uses. Asked for like this it stays
// where it is.
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
