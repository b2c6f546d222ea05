import assert from "node:assert/strict";
import { parseConfig } from "../../components/configuration";

/* What the configuration says of a route's middlewares. */

const hash = "me:$2y$05$abcdefghijklmnopqrstuuJ4.yW8J1d0eR9nq3aJ8Q0m1mZ1rVb2u";
const users = (...keys: object[]) => [{ name: "users", keys }];

function parse(middlewares: unknown[], secrets: unknown[] = []) {
  const apps = [{ name: "web", chart: "./web", secrets, route: { service: "web", port: 80, middlewares } }];
  const values = { "homelab:context": "any", "homelab:domain": "example.test", "homelab:apps": JSON.stringify(apps) };
  return parseConfig({ project: "homelab", stack: "test", values, secretKeys: new Set(["homelab:apps"]) });
}

describe("the middlewares of a route", () => {
  it("are taken in their order, with Traefik's defaults", () => {
    const given = [
      { rateLimit: { average: 10, burst: 5 } },
      { basicAuth: { secret: "users" } },
      { forwardAuth: { address: "http://auth.auth.svc.cluster.local:9091/verify" } },
    ];
    const result = parse(given, users({ key: "users", value: `${hash}\n${hash}\n` }));
    assert.ok(result.ok, JSON.stringify(result));
    assert.deepEqual(result.config.apps[0]!.route!.middlewares, [
      { rateLimit: { average: 10, burst: 5, period: "1s" } },
      { basicAuth: { secret: "users" } },
      {
        forwardAuth: {
          address: "http://auth.auth.svc.cluster.local:9091/verify",
          authResponseHeaders: [],
          trustForwardHeader: false,
        },
      },
    ]);
  });

  const basicAuth = { basicAuth: { secret: "users" } };
  const wrong: [string, unknown[], unknown[], RegExp][] = [
    ["an entry without one", [{}], [], /names no middleware/],
    [
      "an entry with two, which has no order",
      [{ rateLimit: { average: 1, burst: 1 }, ipAllowList: { ranges: ["10.0.0.0/8"] } }],
      [],
      /names several: rateLimit, ipAllowList/,
    ],
    ["a list of nobody", [{ ipAllowList: { ranges: [] } }], [], /is empty/],
    ["users that are no Secret of the app", [basicAuth], [], /is none of the app's secrets: it has none/],
    [
      "users in a Secret of two keys",
      [basicAuth],
      users({ key: "one", value: hash }, { key: "two", value: hash }),
      /is a Secret of 2 keys/,
    ],
    ["users that are generated", [basicAuth], users({ key: "users", generate: 32 }), /no line of users/],
    ["a password in the place of its hash", [basicAuth], users({ key: "users", value: "me:sesame" }), /is no list of users/],
    ["an address with an account", [{ forwardAuth: { address: "http://me:sesame@auth/" } }], [], /is not an address/],
    ["a period that is no time", [{ rateLimit: { average: 1, burst: 1, period: "soon" } }], [], /is not such a time/],
  ];
  for (const [what, middlewares, secrets, words] of wrong) {
    it(`refused: ${what}`, () => {
      const result = parse(middlewares, secrets);
      assert.ok(!result.ok);
      const told = JSON.stringify(result);
      assert.match(told, words);
      assert.doesNotMatch(told, /\\n\s+at /);
      if (secrets.length > 0) assert.doesNotMatch(told, /sesame/);
    });
  }
});
