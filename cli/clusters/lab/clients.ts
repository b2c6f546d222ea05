/** Gives the lab's clients and its node what they need of a deployed platform: its certificate, its account, its names. */
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { paths } from "../../../shared/paths";
import { textOf, type Outputs } from "../cluster";

export function configureClients(values: Outputs): void {
  const text = (name: string) => textOf(values[name]);
  writeFileSync(paths.caCertificate, text("caCertificate"));
  const host = text("registryHost");
  const hostsToml = join(paths.certsD, host, "hosts.toml");
  mkdirSync(dirname(hostsToml), { recursive: true });
  writeFileSync(hostsToml, `server = "https://${host}"\n[host."https://${host}"]\n  ca = "${paths.caCertificate}"\n`);
  const auth = Buffer.from(`${text("registryUsername")}:${text("registryPassword")}`).toString("base64");
  mkdirSync(paths.dockerConfig, { recursive: true });
  writeFileSync(join(paths.dockerConfig, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }), { mode: 0o600 });
  const known = readFileSync(paths.hosts, "utf8").split(/\s+/);
  const records = (values.dnsRecords ?? []) as Array<{ name: string; address?: string }>;
  for (const { name, address } of records) {
    if (address && !known.includes(name)) appendFileSync(paths.hosts, `${address} ${name}\n`);
  }
}
