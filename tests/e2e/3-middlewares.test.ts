import assert from "node:assert/strict";
import { hashPassword } from "../../components/services/registry/htpasswd";
import { httpsRouteSpec, ownMiddlewares, traefikApi } from "../../components/blocks/routing/objects";
import type { RouteMiddleware } from "../../components/blocks/routing";
import { busyboxImage } from "../../lab/images/catalogue";
import { waitFor } from "../../shared/process";
import { devStackIsUp, http, kubectl, kubectlApply, kubectlJson, succeeded } from "./support";

/* The middlewares of a route, as Traefik itself applies them to requests of curl. */

const NAMESPACE = "guarded";
const meta = (name: string) => ({ name, namespace: NAMESPACE });
const router = { entryPoint: "websecure", plainEntryPoint: "web", port: 443, allowedRanges: [], hsts: false };
const users = `me:${hashPassword({ password: "sesame", salt: Buffer.alloc(16, 7).toString("base64"), cost: 5 })}\n`;

/** A page, and one below /closed that wants the same user: what a service of forward-auth is to Traefik. */
const serve =
  "mkdir -p /www/closed && echo hello > /www/index.html && echo yes > /www/closed/index.html && " +
  "echo '/closed:me:sesame' > /httpd.conf && exec httpd -f -p 8080 -c /httpd.conf -h /www";
const container = { name: "main", image: busyboxImage(), command: ["sh", "-c", serve], imagePullPolicy: "Never" };
const things = [
  { apiVersion: "v1", kind: "Pod", metadata: { ...meta("web"), labels: { app: "web" } }, spec: { containers: [container] } },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: meta("web"),
    spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
  },
  { apiVersion: "v1", kind: "Secret", metadata: meta("users"), stringData: { users } },
];

const guards: Record<string, RouteMiddleware> = {
  basic: { basicAuth: { secret: "users" } },
  forward: {
    forwardAuth: {
      address: `http://web.${NAMESPACE}.svc.cluster.local/closed/`,
      authResponseHeaders: ["Remote-User"],
      trustForwardHeader: false,
    },
  },
  limited: { rateLimit: { average: 1, burst: 2, period: "1m" } },
  elsewhere: { ipAllowList: { ranges: ["192.0.2.0/24"] } },
  anywhere: { ipAllowList: { ranges: ["0.0.0.0/0"] } },
};

function routeOf(name: string, guard: RouteMiddleware): object[] {
  const [own] = ownMiddlewares([guard]);
  const middleware = `${name}-${own!.suffix}`;
  const spec = httpsRouteSpec({
    host: `${name}.test`,
    router,
    service: { name: "web", port: 80 },
    middlewares: [middleware],
    secretName: "",
  });
  return [
    { apiVersion: traefikApi, kind: "Middleware", metadata: meta(middleware), spec: own!.spec },
    // Traefik's own certificate will do here.
    { apiVersion: traefikApi, kind: "IngressRoute", metadata: meta(name), spec: { ...spec, tls: {} } },
  ];
}

describe("the middlewares of a route", () => {
  let traefik = "";
  const ask = (name: string, ...args: string[]) =>
    http(`https://${name}.test/`, "--insecure", "--resolve", `${name}.test:443:${traefik}`, ...args);
  const login = ["--user", "me:sesame"];

  before("a page behind one route for each", async () => {
    devStackIsUp();
    succeeded(kubectl("create", "namespace", NAMESPACE));
    const routes = Object.entries(guards).flatMap(([name, guard]) => routeOf(name, guard));
    for (const object of things) succeeded(kubectlApply(object));
    // The API server checks the fields against Traefik's own definitions.
    for (const object of routes) {
      const applied = succeeded(kubectlApply(object));
      assert.doesNotMatch(applied.text, /unknown field/);
    }
    succeeded(kubectl("wait", "-n", NAMESPACE, "pod/web", "--for=condition=Ready", "--timeout=60s"));
    traefik = kubectlJson<{ spec: { clusterIP: string } }>("get", "service", "traefik", "-n", "kube-system").spec.clusterIP;
    await waitFor(
      () => (ask("anywhere").status === 200 && ask("basic").status === 401 ? true : undefined),
      30,
      () => "Traefik does not serve the routes",
      500,
    );
  });

  after(() => {
    succeeded(kubectl("delete", "namespace", NAMESPACE, "--wait=false"));
  });

  it("basicAuth lets in whom the Secret names, and nobody else", () => {
    assert.equal(ask("basic").status, 401);
    assert.equal(ask("basic", "--user", "me:wrong").status, 401);
    assert.deepEqual(ask("basic", ...login).body, "hello\n");
  });

  it("forwardAuth lets in whom the other service lets in", () => {
    assert.equal(ask("forward").status, 401);
    assert.equal(ask("forward", ...login).status, 200);
  });

  it("rateLimit ends a row of requests with 429", () => {
    const row = Array.from({ length: 5 }, () => ask("limited").status);
    assert.equal(row[0], 200, String(row));
    assert.equal(row.at(-1), 429, String(row));
  });

  it("ipAllowList serves its ranges alone", () => {
    assert.equal(ask("anywhere").status, 200);
    assert.equal(ask("elsewhere").status, 403);
  });
});
