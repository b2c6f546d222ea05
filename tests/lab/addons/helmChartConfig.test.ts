import assert from "node:assert/strict";
import { transportSettings } from "../../../lab/cluster/addons";
import { traefikValues } from "../../../components/blocks/routing/traefik";

const timeout = (value: string) => `ports: { websecure: { transport: { respondingTimeouts: { readTimeout: ${value} } } } }`;
const readTimeout = "entryPoints.websecure.transport.respondingTimeouts.readTimeout";

const cases: [what: string, valuesContent: string, settings: Record<string, string>][] = [
  ["what the platform writes", traefikValues({ entryPoint: "websecure", asksForAddresses: true }), { [readTimeout]: "600s" }],
  ["a number", timeout("600"), { [readTimeout]: "600" }],
  ["text in quotes", timeout('"0"'), { [readTimeout]: "0" }],
  ["octal, as helm reads it", timeout("0600"), { [readTimeout]: "384" }],
  ["a word that YAML 1.1 takes for a truth, as helm does", timeout("on"), { [readTimeout]: "true" }],
  ["nothing", timeout(""), {}],
  [
    "two entry points, and more than one setting",
    `ports:
  web: { transport: { keepAliveMaxRequests: 10 } }
  websecure:
    transport:
      lifeCycle: { graceTimeOut: 5s }
      respondingTimeouts: { readTimeout: 600s, idleTimeout: null }
`,
    {
      "entryPoints.web.transport.keepAliveMaxRequests": "10",
      "entryPoints.websecure.transport.lifeCycle.graceTimeOut": "5s",
      [readTimeout]: "600s",
    },
  ],
  ["other values of the chart", "logs: { general: { level: DEBUG } }\nports: { web: { exposedPort: 81 } }", {}],
  ["a text in the place of a map", "ports: { websecure: { transport: fast } }", {}],
  ["a list in the place of a map", "ports: []", {}],
  ["a text alone", "fast", {}],
  ["an empty text", "", {}],
  ["comments alone", "# later\n", {}],
  ["words that are no YAML", "ports: { websecure: [", {}],
];

describe("lab add-ons: what a HelmChartConfig asks of Traefik", () => {
  for (const [what, valuesContent, settings] of cases) {
    it(`is read from ${what}`, () => assert.deepEqual(transportSettings(valuesContent), settings));
  }
});
