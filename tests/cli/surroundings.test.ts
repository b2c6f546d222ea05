import assert from "node:assert/strict";
import { judgeReferences } from "../../cli/shared/surroundings/judge";
import type { Found, Surroundings } from "../../cli/shared/surroundings/types";
import type { Reference } from "../../components/services/reference";

const tls: Reference = {
  apiVersion: "v1",
  kind: "Secret",
  namespace: "registry",
  name: "wildcard",
  key: "homelab:certificates.secret.name",
  holds: ["tls.crt", "tls.key"],
  otherwise: "Traefik answers with its own",
  remedy: "copy it",
};
const issuer: Reference = {
  apiVersion: "cert-manager.io/v1",
  kind: "ClusterIssuer",
  name: "home-ca",
  key: "homelab:certificates.issuer.name",
  ready: true,
  remedy: "make it",
};

const object = (kind: string, name: string, namespace?: string, more: Partial<Found> = {}): Found => ({
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
  ...more,
});
const REGISTRY = object("Namespace", "registry");
const WILDCARD = object("Secret", "wildcard", "registry", { data: { "tls.crt": "YQ==", "tls.key": "YQ==" } });
const condition = (status: string, message?: string) => ({ status: { conditions: [{ type: "Ready", status, message }] } });

function judged(references: Reference[], found: Found[], more: Partial<Surroundings> = {}): string[] {
  const around = { references, own: ["registry"], found, elsewhere: [], traefik: [], nodes: [], ...more };
  return judgeReferences(around, "kubectl").map(({ verdict, kind, object: name, what }) => `${verdict}: ${kind} ${name} ${what}`);
}

describe("what a stack refers to, beside what there is", () => {
  const table: [string, Reference[], Found[], RegExp[]][] = [
    [
      "nothing is missing",
      [tls, issuer],
      [REGISTRY, WILDCARD, object("ClusterIssuer", "home-ca", undefined, condition("True"))],
      [],
    ],
    [
      "a Secret is missing where the namespace is there",
      [tls],
      [REGISTRY],
      [
        /^warning: Secret registry\/wildcard is missing \(homelab:certificates\.secret\.name\); Traefik answers with its own\. copy it$/,
      ],
    ],
    [
      "a Secret of another namespace is no help",
      [tls],
      [REGISTRY, object("Secret", "wildcard", "default")],
      [/^warning: .* is missing/],
    ],
    [
      "the namespace is made by this very deployment",
      [tls],
      [],
      [/^later: Secret registry\/wildcard is to be made once this deployment has made the namespace registry/],
    ],
    [
      "a Secret lacks a key",
      [tls],
      [REGISTRY, object("Secret", "wildcard", "registry", { data: { "tls.crt": "YQ==" } })],
      [/^warning: Secret registry\/wildcard has no tls\.key, but tls\.crt/],
    ],
    ["an issuer is missing, without which nothing goes through", [issuer], [], [/^refused: ClusterIssuer home-ca is missing/]],
    [
      "an issuer is not ready, in its own words",
      [issuer],
      [object("ClusterIssuer", "home-ca", undefined, condition("False", "account not registered"))],
      [/^warning: ClusterIssuer home-ca is not ready: account not registered/],
    ],
    ["an issuer has not been looked at yet", [issuer], [object("ClusterIssuer", "home-ca")], [/^warning: .* is not ready \(/]],
    [
      "a Secret that nothing goes through without lies in somebody else's namespace",
      [{ ...tls, namespace: "cert-manager", otherwise: undefined }],
      [],
      [/^refused: Secret cert-manager\/wildcard is missing/],
    ],
    ["Traefik's namespace is the stack's own", [{ ...issuer, kind: "Namespace", name: "registry", ready: undefined }], [], []],
  ];
  for (const [what, references, found, expected] of table) {
    it(what, () => {
      const lines = judged(references, found);
      assert.equal(lines.length, expected.length, lines.join("\n"));
      expected.forEach((words, i) => assert.match(lines[i]!, words));
    });
  }

  it("says of several what is the same of them in one sentence", () => {
    const definition = (name: string, remedy = "install it"): Reference => ({
      ...issuer,
      kind: "CustomResourceDefinition",
      name,
      remedy,
    });
    const lines = judged([definition("a"), definition("b"), definition("c", "install another")], []);
    assert.deepEqual(
      lines.map((line) => line.replace(/ is missing.*/, "")),
      ["refused: CustomResourceDefinition a, b", "refused: CustomResourceDefinition c"],
    );
  });

  it("names the namespace that a missing Secret is copied from", () => {
    const [line] = judged([tls], [REGISTRY], { elsewhere: [object("Secret", "wildcard", "default")] });
    assert.match(line!, /kubectl get secret wildcard -n default .* apply -n registry -f -$/);
  });
});
