/*
 * Asks a service whether it serves; what that means, its definition says (`Probe` in checkService.d.ts). Commands call `ask`; at the
 * end of `pulumi up` this file runs as a process of its own, which is why it is plain JavaScript on Node alone. Then everything comes
 * through the environment, so that no secret is ever part of a command line:
 *   HEALTH_PROBE      the probe as JSON, without accounts
 *   HEALTH_ACCOUNTS   of a service with accounts: [{"name": "...", "password": "..."}]
 *   HEALTH_ADDRESS    where to connect when the name is not known to this machine's DNS; optional
 *   HEALTH_CA         PEM certificates to trust beside Node's own; optional
 *   HEALTH_INSECURE   `true`: nobody can verify the certificate
 *   HEALTH_SECONDS    how long to try, default 120: new accounts take a minute to reach a running pod
 * Exit code 0 and one line on standard output, or 1 and the cause on standard error.
 */
"use strict";

const http = require("node:http");
const https = require("node:https");
const tls = require("node:tls");

const TIMEOUT_MS = 5000;

/** The status of an answer. */
function get(url, { address, ca, insecure }, authorization) {
  const client = url.protocol === "https:" ? https : http;
  const options = {
    host: address || url.hostname,
    port: url.port || (client === https ? 443 : 80),
    path: url.pathname,
    servername: url.hostname,
    headers: { host: url.host, ...(authorization ? { authorization } : {}) },
    // As devices judge: by the authorities that they know anyway and those that they were told.
    ca: ca ? [...tls.rootCertificates, ca] : undefined,
    rejectUnauthorized: !insecure,
    timeout: TIMEOUT_MS,
    agent: false,
  };
  return new Promise((resolve, reject) => {
    const request = client.request(options, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
    });
    request.on("timeout", () => request.destroy(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" })));
    request.on("error", reject);
    request.end();
  });
}

/** Undefined when all is well, else what is not. */
async function problem({ url, expect = [200], accounts, refusal, remedy }, connection) {
  const target = new URL(url);
  const anonymous = await get(target, connection);
  if (accounts === undefined) {
    return expect.includes(anonymous) ? undefined : `answers ${anonymous}: ${remedy}`;
  }
  if (anonymous !== 401) {
    return `answers ${anonymous} without an account, where 401 is due: ${remedy}`;
  }
  // No password goes to a server that nobody can verify.
  for (const { name, password } of connection.insecure ? [] : accounts) {
    const status = await get(target, connection, `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`);
    if (!expect.includes(status)) return `answers ${status} to the account ${name}: ${status === 401 ? refusal : remedy}`;
  }
  return undefined;
}

async function ask(probe, connection) {
  const found = await problem(probe, connection).catch(explain);
  return { healthy: found === undefined, detail: found ?? "healthy" };
}

/** A failed connection, in words that say what to do. */
function explain(error) {
  const reason = error.code ?? error.message;
  if (reason === "ECONNREFUSED") {
    return "nothing listens there: is Traefik running? (kubectl get pods -A -l app.kubernetes.io/name=traefik)";
  }
  if (reason === "ENOTFOUND" || reason === "EAI_AGAIN") {
    return "its name does not resolve on this machine: add the hostsFile output to /etc/hosts, or set homelab:routing.address";
  }
  if (reason === "ETIMEDOUT" || reason === "EHOSTUNREACH") {
    return "does not answer: is the cluster running?";
  }
  if (/CERT|SIGNATURE|ISSUER/.test(reason)) {
    return (
      `its certificate is not trusted (${reason}): see the trust commands in the nextSteps output, or point NODE_EXTRA_CA_CERTS to ` +
      "the authority's certificate"
    );
  }
  return `does not answer (${reason}): is Traefik running, and does the name point to it?`;
}

async function main() {
  const { HEALTH_PROBE, HEALTH_ACCOUNTS, HEALTH_ADDRESS, HEALTH_CA, HEALTH_INSECURE, HEALTH_SECONDS } = process.env;
  const probe = { ...JSON.parse(HEALTH_PROBE), ...(HEALTH_ACCOUNTS ? { accounts: JSON.parse(HEALTH_ACCOUNTS) } : {}) };
  const connection = { address: HEALTH_ADDRESS, ca: HEALTH_CA, insecure: HEALTH_INSECURE === "true" };
  const seconds = Number(HEALTH_SECONDS ?? 120);
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const { healthy, detail } = await ask(probe, connection);
    if (healthy) {
      console.log(`${probe.url} serves`);
      return 0;
    }
    if (Date.now() >= deadline) {
      console.error(`${probe.url} ${detail}`);
      return 1;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(1000, seconds * 100)));
  }
}

module.exports = { ask };

if (require.main === module) {
  main().then((code) => {
    process.exitCode = code;
  });
}
