// A proxy before the shop that strips a prefix, and that can cut every connection.

import { createServer, request } from "node:http";

/** Serves what is at `target` beneath `prefix`, but for what `instead(incoming, outgoing)` answers itself. */
export async function openProxy(target, prefix = "", instead = () => false, port = 0) {
  const sockets = new Set();
  const server = createServer((incoming, outgoing) => {
    if (!incoming.url.startsWith(prefix)) {
      outgoing.writeHead(404).end();
      return;
    }
    if (instead(incoming, outgoing)) return;
    const { hostname, port } = new URL(target);
    const onward = request({ hostname, port, path: incoming.url.slice(prefix.length) || "/", method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise((resolve) => { server.listen(port, "127.0.0.1", resolve); });
  const cut = () => { for (const socket of sockets) socket.destroy(); };
  return {
    address: `http://127.0.0.1:${server.address().port}${prefix}`,
    port: server.address().port,
    cut,
    async close() {
      cut();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}
