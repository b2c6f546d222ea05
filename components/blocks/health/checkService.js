/*
 * Asks a service whether it serves: one with accounts (a registry) answers 401 without one and, over a verified connection,
 * 200 with each; another answers 200 to anybody.
 *
 * Plain JavaScript on Node alone, because `pulumi up` starts it as a process of its own. Everything comes through the
 * environment, so that no secret is ever part of a command line:
 *   HEALTH_URL        https://registry.example[:port]
 *   HEALTH_ADDRESS    where to connect when the name is not known to this machine's DNS; optional
 *   HEALTH_CA         PEM certificate to trust beside Node's own and NODE_EXTRA_CA_CERTS; optional
 *   HEALTH_INSECURE   `true`: do not verify the certificate, and therefore send no password
 *   HEALTH_PATH       what to ask for, default /v2/
 *   HEALTH_ACCOUNTS   of a service with accounts: [{"name": "...", "password": "..."}]
 *   HEALTH_SECONDS    how long to try, default 120: new accounts take a minute to reach a running pod
 * Exit code 0 and one line on standard output, or 1 and the cause on standard error.
 */
"use strict";

const http = require("node:http");
const https = require("node:https");
const tls = require("node:tls");

const settings = {
  url: new URL(process.env.HEALTH_PATH || "/v2/", process.env.HEALTH_URL),
  address: process.env.HEALTH_ADDRESS || undefined,
  ca: process.env.HEALTH_CA || undefined,
  insecure: process.env.HEALTH_INSECURE === "true",
  accounts: JSON.parse(process.env.HEALTH_ACCOUNTS || "[]"),
  seconds: Number(process.env.HEALTH_SECONDS ?? 120),
};

function get(authorization) {
  const client = settings.url.protocol === "https:" ? https : http;
  const options = {
    host: settings.address ?? settings.url.hostname,
    port: settings.url.port || (client === https ? 443 : 80),
    path: settings.url.pathname,
    servername: settings.url.hostname,
    headers: { host: settings.url.host, ...(authorization ? { authorization } : {}) },
    ca: settings.ca === undefined ? undefined : [...tls.rootCertificates, settings.ca],
    rejectUnauthorized: !settings.insecure,
    timeout: 5000,
    agent: false,
  };
  return new Promise((resolve, reject) => {
    const request = client.request(options, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    });
    request.on("timeout", () => request.destroy(new Error("no answer within 5 s")));
    request.on("error", reject);
    request.end();
  });
}

/** Undefined when all is well, else what is not. */
async function problem() {
  const anonymous = await get();
  if (settings.accounts.length === 0) {
    return anonymous === 200 ? undefined : `answered ${anonymous}, where 200 was due: are its pods ready?`;
  }
  if (anonymous !== 401) {
    return `answered ${anonymous} without an account, where a registry with accounts answers 401`;
  }
  if (settings.insecure) {
    return undefined;
  }
  for (const { name, password } of settings.accounts) {
    const authenticated = await get(`Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`);
    if (authenticated !== 200) return `answered ${authenticated} to the account ${name}, where 200 was due`;
  }
  return undefined;
}

async function main() {
  const deadline = Date.now() + settings.seconds * 1000;
  for (;;) {
    const found = await problem().catch(describe);
    if (found === undefined) {
      console.log(`${settings.url.origin} serves`);
      return 0;
    }
    if (Date.now() >= deadline) {
      console.error(`${settings.url.origin} ${found}`);
      return 1;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(1000, settings.seconds * 100)));
  }
}

function describe(error) {
  const reason = error.code ?? error.message;
  if (reason === "ENOTFOUND" || reason === "EAI_AGAIN") {
    return "is a name this machine cannot resolve: add the hostsFile output to /etc/hosts, or set homelab:routing.address";
  }
  if (/CERT|SIGNATURE|ISSUER/.test(reason)) {
    return (
      `shows a certificate this machine does not trust (${reason}): see the trust commands in the nextSteps output, ` +
      "or point NODE_EXTRA_CA_CERTS to the authority's certificate"
    );
  }
  return `does not answer (${reason}): is Traefik running, and does the name point to it?`;
}

main().then((code) => {
  process.exitCode = code;
});
