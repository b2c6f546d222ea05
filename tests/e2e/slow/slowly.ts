/**
 * `slowly.ts BYTES COMMAND...` runs a command whose HTTPS requests leave through a line that carries that many bytes a second: a proxy
 * in between hands on what the client sends no faster, and what comes back at once.
 */
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { Transform } from "node:stream";

const PARTS_A_SECOND = 10;

/** Lets `bytes` pass each second. */
function narrow(bytes: number): Transform {
  const part = Math.max(1, Math.floor(bytes / PARTS_A_SECOND));
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const next = (from: number): void => {
        if (from >= chunk.length) return done();
        this.push(chunk.subarray(from, from + part));
        setTimeout(() => next(from + part), 1000 / PARTS_A_SECOND);
      };
      next(0);
    },
  });
}

const [rate, command, ...args] = process.argv.slice(2);

const proxy = createServer().on("connect", (request, client, head: Buffer) => {
  const { hostname, port } = new URL(`https://${request.url}`);
  const server = connect(Number(port || 443), hostname, () => {
    client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    server.write(head);
    client.pipe(narrow(Number(rate))).pipe(server);
    server.pipe(client);
  });
  for (const [one, other] of [
    [client, server],
    [server, client],
  ] as const) {
    one.on("error", () => other.destroy()).on("close", () => other.destroy());
  }
});

proxy.listen(0, "127.0.0.1", () => {
  const { port } = proxy.address() as AddressInfo;
  const child = spawn(command!, args, { stdio: "inherit", env: { ...process.env, HTTPS_PROXY: `http://127.0.0.1:${port}` } });
  child.on("exit", (status) => process.exit(status ?? 1));
});
