import { isIP } from "node:net";

/* IP addresses, address ranges and e-mail addresses. */

/** What is wrong with an address that names are to point to, or undefined. */
export function addressProblem(text: string): string | undefined {
  if (text === "") return "is empty";
  if (text.includes("/")) return "is a range; one address goes here";
  if (text.includes("%")) return "has a zone, which only this machine understands";
  if (isIP(text) === 0) return "is not an IP address";
  if (/^0\.0\.0\.0$|^[0:]+$/.test(text)) return "stands for every address; the one that clients reach Traefik at goes here";
  if (text === "255.255.255.255" || /^(22[4-9]|23\d)\.|^ff/i.test(text)) return "is a broadcast or multicast address";
  return undefined;
}

/** What is wrong with an address range in CIDR notation, and the range that was meant if that is clear. */
export function rangeProblem(text: string): { cause: string; repair?: string } | undefined {
  if (text === "") return { cause: "is empty" };
  const [address = "", prefix, ...rest] = text.split("/");
  const version = address.includes("%") ? 0 : isIP(address);
  if (version === 0 || rest.length > 0) return { cause: "is not an address range" };
  const bits = version === 4 ? 32 : 128;
  if (prefix === undefined) return { cause: "has no prefix length", repair: `${address}/${bits}` };
  if (!/^(0|[1-9]\d{0,2})$/.test(prefix) || Number(prefix) > bits) return { cause: `has a prefix length that is not 0-${bits}` };
  const network = version === 4 ? networkOf(address, Number(prefix)) : address;
  if (network !== address) {
    return { cause: "is an address inside a range, not the range's first", repair: `${network}/${prefix}` };
  }
  return undefined;
}

/** First IPv4 address of the range that the address lies in. */
function networkOf(address: string, prefix: number): string {
  const number = address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - prefix);
  const first = Math.floor(number / size) * size;
  return [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".");
}

/** What is wrong with an e-mail address for an ACME account, or undefined; deliberately coarse, the server has the last word. */
export function emailProblem(text: string): string | undefined {
  if (text === "") return "is empty";
  if (!/^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@]+\.[a-z][a-z0-9-]+$/i.test(text)) return "is not an e-mail address";
  if (/@(.*\.)?example\.(com|net|org)$/i.test(text)) return "is an example address, which Let's Encrypt refuses";
  return undefined;
}
