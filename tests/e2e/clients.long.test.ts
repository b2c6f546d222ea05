import assert from "node:assert/strict";
import { join } from "node:path";
import { buildPrograms } from "../../lab/engine/build";
import { helm, registryClients } from "../../lab/engine/programs";
import { needProgram } from "../../lab/engine/requirements";
import { root } from "../../shared/paths";
import { npm, outputs, randomImage, succeeded } from "./support";
import { host, trustLines, typed } from "./documentation/machine";

/** Programs of Debian's packages; the others are built. */
const packages = { skopeo: "skopeo", podman: "podman", chromium: "chromium", certutil: "libnss3-tools" };

/* README's section on trust and login, with every client that it names and that can be had here. */
describe("README, trust and login, with the clients that it names", () => {
  let programs: string[];
  let image: string;
  const password = "pulumi stack output registryPassword -s dev --show-secrets";
  const login = (command: string) => `${password} | ${command} ${host} -u admin`;

  before("the dev stack is up, and the clients are there", async () => {
    for (const [program, name] of Object.entries(packages)) await needProgram(program, name);
    programs = Object.values(await buildPrograms([...registryClients, helm]));
    succeeded(npm("start"));
    image = randomImage("clients", 1, 1);
    succeeded(typed(`${trustLines()}crane push '${image}' ${host}/clients/image:1\n`));
  });

  const work: Record<string, { login: string; lines: () => string[] }> = {
    skopeo: {
      login: login("skopeo login --password-stdin"),
      lines: () => [
        `skopeo copy docker-archive:'${image}' docker://${host}/clients/skopeo:1`,
        `skopeo inspect docker://${host}/clients/skopeo:1`,
      ],
    },
    podman: {
      login: login("podman --storage-driver vfs login --password-stdin"),
      lines: () => [
        `podman --storage-driver vfs pull ${host}/clients/image:1`,
        `podman --storage-driver vfs push ${host}/clients/image:1 ${host}/clients/podman:1`,
      ],
    },
    oras: {
      login: login("oras login --password-stdin"),
      lines: () => [
        "echo hello > greeting.txt",
        `oras push ${host}/clients/oras:1 greeting.txt:text/plain`,
        `mkdir back && oras pull -o back ${host}/clients/oras:1 && cmp greeting.txt back/greeting.txt`,
      ],
    },
    regctl: {
      login: login("regctl registry login --pass-stdin"),
      lines: () => [
        `regctl image copy ${host}/clients/image:1 ${host}/clients/regctl:1`,
        `regctl manifest get ${host}/clients/regctl:1`,
      ],
    },
    helm: {
      login: login("helm registry login --password-stdin"),
      lines: () => [
        `helm package '${join(root, "charts", "lumina")}'`,
        `helm push lumina-*.tgz oci://${host}/charts`,
        `helm pull oci://${host}/charts/lumina`,
      ],
    },
  };

  for (const [client, { login: typedLogin, lines }] of Object.entries(work)) {
    it(`${client} is let in, and was not before`, () => {
      const before = typed(`${typedLogin}\n`, programs);
      assert.notEqual(before.status, 0, before.text);
      assert.match(before.text, /x509|certificate/);
      succeeded(typed([trustLines(), typedLogin, ...lines(), ""].join("\n"), programs));
    });
  }

  it("a browser shows the web page once it has the certificate", () => {
    const page = new URL(String(outputs().registryUiUrl)).href;
    const look = `timeout 120 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$PWD/profile" --dump-dom ${page}`;
    const [certificate] = trustLines().split("\n");
    assert.doesNotMatch(typed(`${certificate}\n${look}\n`).stdout, /<title>[^<]*[Rr]egistry/);
    const imported = "mkdir -p .pki/nssdb && certutil -d sql:.pki/nssdb -A -t C,, -n homelab -i homelab-ca.crt";
    const { stdout } = succeeded(typed(`export HOME="$PWD"\n${certificate}\n${imported}\n${look}\n`));
    assert.match(stdout, /<title>[^<]*[Rr]egistry/, stdout.slice(0, 500));
  });
});
