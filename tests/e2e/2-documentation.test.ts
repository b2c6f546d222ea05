import assert from "node:assert/strict";
import { npm, outputs, succeeded } from "./support";
import { host, trustLines, typed } from "./documentation/machine";

describe("the commands that the documentation shows", () => {
  before("the dev stack is up", () => {
    succeeded(npm("start"));
  });

  describe("README, trust and login", () => {
    const lines = trustLines();

    it("give crane and curl access, which they did not have before", () => {
      const clients = `crane catalog ${host} && echo crane is in\ncurl --silent --fail --output /dev/null https://${host}/ && echo curl is in\n`;
      const before = typed(clients);
      assert.match(before.text, /certificate/);
      const after = succeeded(typed(lines + clients));
      assert.match(after.stdout, /crane is in\n/);
      assert.match(after.stdout, /curl is in\n/);
    });

    it("puts the certificate where Docker and its like look for it, and keeps the login", () => {
      const look = `cat /etc/docker/certs.d/${host}/ca.crt; cat "$DOCKER_CONFIG/config.json"\n`;
      const { stdout } = succeeded(typed(lines + look));
      assert.ok(stdout.includes(String(outputs().caCertificate).trim()));
      assert.match(stdout, new RegExp(`"${host.replaceAll(".", "\\.")}": \\{\\s*"auth"`));
    });

    it("serves without root too, as it says", () => {
      const [certificate] = lines.split("\n");
      const login = `pulumi stack output registryPassword -s dev --show-secrets | SSL_CERT_FILE=$PWD/homelab-ca.crt crane auth login ${host} -u admin --password-stdin`;
      const text = `${certificate}\n${login}\nSSL_CERT_FILE=$PWD/homelab-ca.crt crane catalog ${host} && echo crane is in\n`;
      assert.match(succeeded(typed(text)).stdout, /crane is in\n/);
    });
  });

  describe("nextSteps, for a node of K3s", () => {
    const commands = () => {
      const block = /Let K3s nodes pull[^\n]*\n((?: {2}.*\n)+)/.exec(String(outputs().nextSteps))![1]!;
      return block.split("\n").filter((line) => /^ {2}(?:pulumi|ssh) /.test(line));
    };
    const look = `cd /etc/rancher/k3s; for f in registries.yaml registries.homelab.yaml homelab-ca.crt; do stat -c '%n %a %F' $f; done; cat registries.yaml\n`;

    it("puts certificate and account there, the password readable by root alone", () => {
      const values = outputs();
      const { stdout } = succeeded(
        typed(
          `${commands()
            .join("\n")
            .replaceAll(/ {3}\(.*/g, "")}\n${look}`,
        ),
      );
      assert.match(stdout, /^registries\.yaml 777 symbolic link$/m);
      assert.match(stdout, /^registries\.homelab\.yaml 600 regular file$/m);
      assert.match(stdout, /^homelab-ca\.crt 644 regular file$/m);
      assert.ok(stdout.includes(String(values.registryPassword)));
      assert.match(stdout, /systemctl restart k3s/);
    });

    it("never writes over the entries of other registries", () => {
      const others = "mirrors:\n  docker.io:\n    endpoint: [https://mirror.example]\n";
      const file = `mkdir -p /etc/rancher/k3s && printf '%s' '${others}' > /etc/rancher/k3s/registries.yaml\n`;
      const typedAll = commands().map((line) => `${line.replace(/ {3}\(.*/, "")} || echo refused`);
      const { stdout, stderr } = succeeded(typed(`${file}${typedAll.join("\n")}\n${look}`));
      assert.match(stderr, /registries\.yaml': File exists/);
      assert.match(stdout, /^refused$/m);
      assert.ok(stdout.endsWith(others), stdout);
      assert.match(stdout, /^registries\.homelab\.yaml 600 regular file$/m);
    });
  });
});
