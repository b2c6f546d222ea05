import assert from "node:assert/strict";
import { requireNode, runInNode } from "../../lab/cluster/node";
import { devStackIsUp } from "./support";

/* Go programs serve their profiler, their variables and their command lines to whoever reaches a port that was not made for it. */

interface Listener {
  program: string;
  /** As a process of the same network reaches it. */
  address: string;
  /** A process in that network, as the node numbers it. */
  pid: string;
}

const inNode = (...command: string[]) => runInNode(requireNode(), command, true).stdout;

const NODE = "the node";

/** One process of each network of the lab: the node's own, and that of each pod. */
function networks(): { pid: string; program: string }[] {
  const list =
    'for p in /proc/[0-9]*; do echo "${p#/proc/} $(readlink $p/ns/net) $(tr "\\0" " " < $p/cmdline)"; done 2>/dev/null';
  const rows = inNode("sh", "-c", list)
    .split("\n")
    .map((line) => line.split(" "));
  const own = rows.find(([pid]) => pid === "1")![1];
  const found = new Map<string, { pid: string; program: string }>();
  for (const [pid, network, command = ""] of rows) {
    // Of a pod's processes the one that only holds its network says least.
    if (network && command && (!found.has(network) || found.get(network)!.program === "pause")) {
      found.set(network, { pid: pid!, program: network === own ? NODE : command.split("/").at(-1)! });
    }
  }
  return [...found.values()];
}

/** Where the processes of a network listen, by the kernel's own table. */
function listeners({ pid, program }: { pid: string; program: string }): Listener[] {
  const LISTENING = "0A";
  const rows = ["tcp", "tcp6"].flatMap((table) => inNode("cat", `/proc/${pid}/net/${table}`).split("\n"));
  const addresses = rows.flatMap((row) => {
    const [, local = "", , state] = row.trim().split(/\s+/);
    const [host = "", port = ""] = local.split(":");
    if (state !== LISTENING) return [];
    const bytes =
      host.length === 8
        ? host
            .match(/../g)!
            .reverse()
            .map((byte) => parseInt(byte, 16))
        : [0];
    return [`${bytes.some((byte) => byte !== 0) ? bytes.join(".") : "127.0.0.1"}:${parseInt(port, 16)}`];
  });
  return [...new Set(addresses)].map((address) => ({ pid, program, address }));
}

/** What a listener gives away at an address, to somebody without an account; nothing where it refuses. */
function given({ pid, address }: Listener, path: string): string[] {
  return ["http", "https"].filter((scheme) => {
    const options = [
      "--silent",
      "--insecure",
      "--max-time",
      "5",
      "--output",
      "/dev/null",
      "--write-out",
      "%{http_code} %{size_download}",
    ];
    const curl = ["curl", "--noproxy", "*", ...options, `${scheme}://${address}${path}`];
    return inNode("nsenter", `--net=/proc/${pid}/ns/net`, "--", ...curl).startsWith("200");
  });
}

describe("Go's profiler", () => {
  before(devStackIsUp);

  // etcd serves its variables to whoever may read all that it stores: to the node itself.
  const paths = (program: string) => ["/debug/pprof/", "/debug/pprof/cmdline", ...(program === NODE ? [] : ["/debug/vars"])];

  it("is served by no program of the platform and its cluster, not even to the same pod", () => {
    const all = networks().flatMap(listeners);
    const programs = all.map(({ program }) => program);
    assert.ok(all.length > 15 && programs.includes("registry") && programs.includes("traefik"), JSON.stringify(all));
    const found = all.flatMap((listener) =>
      paths(listener.program).flatMap((path) =>
        given(listener, path).map((scheme) => `${listener.program} ${scheme}://${listener.address}${path}`),
      ),
    );
    assert.deepEqual(found, []);
  });
});
