/*
 * The names that clients on the network have to resolve, in the forms that name servers and hosts files want. Pure.
 */

export interface DnsRecord {
  name: string;
  type: "A" | "AAAA";
  /** Absent while `homelab:routing.address` is not set. */
  address: string | undefined;
}

/** Stands where the address belongs until the configuration says it. */
export const addressPlaceholder = "ADDRESS-OF-THE-NODE";

export function dnsRecords(hosts: string[], address: string | undefined): DnsRecord[] {
  const type = address?.includes(":") ? "AAAA" : "A";
  return hosts.map((name) => ({ name, type, address }));
}

/** Lines for `/etc/hosts`; empty without names. */
export function hostsFile(hosts: string[], address: string | undefined): string {
  return hosts.length === 0 ? "" : `${address ?? addressPlaceholder} ${hosts.join(" ")}\n`;
}

/** What is wrong with names that end in `.local`, or undefined when none does. RFC 6762, section 3. */
export function multicastWarning(hosts: string[]): string | undefined {
  const local = hosts.find((host) => host.endsWith(".local"));
  return local === undefined
    ? undefined
    : `${local} ends in .local, which is kept for multicast DNS: many devices never ask a name server for it (/etc/hosts works). For names that all devices find, set homelab:domain to one below home.arpa, or to a domain of your own.`;
}

/** The step that makes them known; empty without names. */
export function nameStep(hostsFile: string): string {
  if (hostsFile === "") return "";
  const hint = hostsFile.includes(addressPlaceholder)
    ? "  (the address is that of a node; set homelab:routing.address to have it here)\n"
    : "";
  return `Names, in your DNS or in /etc/hosts:\n  ${hostsFile}${hint}`;
}
