import assert from "node:assert/strict";
import {
  hostProblem,
  labelProblem,
  objectNameProblem,
  repairHost,
  repairLabel,
  uncertifiable,
} from "../../components/config/names";

const right = undefined;

describe("host names", () => {
  const table: [string, RegExp | undefined, string?][] = [
    ["registry.homelab.local", right],
    ["localhost", right],
    ["1password.example", right],
    ["xn--bcher-kva.example", right],
    [`${"a".repeat(63)}.local`, right],
    [Array(4).fill("a".repeat(62)).join("."), right],
    ["", /is empty/],
    [`${"a".repeat(64)}.local`, /more than 63/],
    [Array(4).fill("a".repeat(63)).join("."), /longer than 253/],
    ["Registry.local", /capital/, "registry.local"],
    ["regis_try.local", /underscore/, "regis-try.local"],
    ["registry.local.", /ends with a dot/, "registry.local"],
    ["registry..local", /empty part/],
    [".local", /empty part/],
    ["-registry.local", /begins or ends with '-'/],
    ["registry-.local", /begins or ends with '-'/],
    ["*.homelab.local", /wildcard/, "homelab.local"],
    ["https://Registry.local/v2/", /URL/, "registry.local"],
    ["https://user:word@registry.local", /URL/],
    ["registry.local:5000", /port/, "registry.local"],
    ["registry.local/v2", /path/, "registry.local"],
    [" registry.local", /white space/, "registry.local"],
    ["registry\t.local", /white space/],
    ["192.168.1.10", /IP address/],
    ["fd00::1", /IP address/],
    ["registry.192.168", /ends in a number/],
    ["bücher.example", /punycode/, "xn--bcher-kva.example"],
    ["regis$try.local", /no host name/],
    ["registry.local\n", /white space/, "registry.local"],
  ];
  for (const [text, problem, repaired] of table) {
    it(JSON.stringify(text.slice(0, 40)), () => {
      if (problem) assert.match(hostProblem(text) ?? "right", problem);
      else assert.equal(hostProblem(text), right);
      assert.equal(repairHost(text), repaired);
    });
  }
});

describe("names of namespaces and objects", () => {
  it("namespaces are labels", () => {
    for (const name of ["apps", "a", "4", "a".repeat(63), "a--b"]) assert.equal(labelProblem(name), right, name);
    for (const name of ["", "Apps", "my_apps", "my.apps", "-apps", "apps-", "a".repeat(64), "ä", "apps\n"]) {
      assert.notEqual(labelProblem(name), right, name);
    }
  });
  it("objects are subdomains", () => {
    for (const name of ["local-path", "cert-manager.io", "a".repeat(253)]) assert.equal(objectNameProblem(name), right, name);
    for (const name of ["", "Local", "a..b", "-a", "a.-b", "a_b", "a".repeat(254)]) {
      assert.notEqual(objectNameProblem(name), right, name);
    }
  });
  it("repairs what is obvious", () => {
    assert.equal(repairLabel(" My_Apps "), "my-apps");
    assert.equal(repairLabel("apps"), undefined);
    assert.equal(repairLabel("--"), undefined);
  });
});

describe("names that a public authority certifies", () => {
  for (const name of ["smith.family", "a.b.example.dev", "local.example.dev", "mylocal.dev", "lan.party", "box.host"]) {
    it(`may: ${name}`, () => assert.equal(uncertifiable(name), undefined));
  }
  for (const name of ["homelab.local", "x.internal", "home.arpa", "a.home.arpa", "a.test", "pi.lan", "a.localhost"]) {
    it(`never: ${name}`, () => assert.match(uncertifiable(name) ?? "may", /private networks/));
  }
  it("never: a single label", () => assert.match(uncertifiable("homelab") ?? "may", /single label/));
  it("never: the names kept for examples", () => assert.match(uncertifiable("a.example.com") ?? "may", /example\.com/));
});
