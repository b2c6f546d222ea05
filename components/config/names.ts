import { isIP } from "node:net";
import { domainToASCII } from "node:url";

/* Names: DNS names as RFC 1123 allows them, Kubernetes object names, and which domains a public authority certifies. */

/** Below home.arpa, which RFC 8375 keeps for homes. */
export const DEFAULT_DOMAIN = "homelab.home.arpa";

export const HOST_RULE =
  "a DNS name such as registry.homelab.home.arpa: parts of 1-63 characters a-z, 0-9 and '-', divided by dots, at most 253 in all";
export const LABEL_RULE = "1-63 characters a-z, 0-9 and '-', beginning and ending with a letter or digit";
export const OBJECT_NAME_RULE =
  "a Kubernetes name: at most 253 characters a-z, 0-9, '-' and '.', beginning and ending with a letter or digit";

const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** What is wrong with a DNS name, or undefined. The first thing that a person has to mend is named. */
export function hostProblem(text: string): string | undefined {
  if (text === "") return "is empty";
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return "is a URL; only the name goes here";
  if (/\s/.test(text)) return "has white space in it";
  if (isIP(text) !== 0) return "is an IP address; names go here, the address goes to routing.address";
  if (/:\d*$/.test(text)) return "has a port; that goes to routing.port, once for all names";
  if (text.includes("/")) return "has a path; only the name goes here";
  if (text.startsWith("*.")) return "is a wildcard; each service has a name of its own";
  if (text.endsWith(".")) return "ends with a dot";
  if (/[A-Z]/.test(text)) return "has capital letters";
  if (text.includes("_")) return "has an underscore, which host names may not have";
  if (/[^\x00-\x7f]/.test(text)) return "has letters beyond a-z; write its punycode form (xn--...)";
  if (text.length > 253) return "is longer than 253 characters";
  const labels = text.split(".");
  if (labels.some((label) => label === "")) return "has an empty part between its dots";
  if (labels.some((label) => label.length > 63)) return "has a part of more than 63 characters";
  if (labels.some((label) => label.startsWith("-") || label.endsWith("-"))) return "has a part that begins or ends with '-'";
  if (!labels.every((label) => LABEL.test(label))) return "has characters that no host name has";
  if (/^\d+$/.test(labels.at(-1) ?? "")) return "ends in a number, which would read as an IP address";
  return undefined;
}

/** The name that was probably meant, if the repair is obvious and gives a valid one. */
export function repairHost(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, "")
    .replace(/[/?#].*$/s, "")
    .replace(/:\d*$/, "")
    .replace(/^\*\./, "")
    .replace(/\.$/, "")
    .replace(/_/g, "-")
    .toLowerCase();
  const name = /[^\x00-\x7f]/.test(bare) ? domainToASCII(bare) : bare;
  return name !== text && hostProblem(name) === undefined ? name : undefined;
}

/** What is wrong with a namespace's name (an RFC 1123 label), or undefined. */
export function labelProblem(text: string): string | undefined {
  if (text === "") return "is empty";
  if (text.length > 63) return "is longer than 63 characters";
  if (/[A-Z]/.test(text)) return "has capital letters";
  if (text.includes("_")) return "has an underscore";
  if (text.includes(".")) return "has a dot";
  return LABEL.test(text) ? undefined : "has characters that such a name may not have";
}

export function repairLabel(text: string): string | undefined {
  const label = text
    .trim()
    .toLowerCase()
    .replace(/[\s_.]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return label !== text && labelProblem(label) === undefined ? label : undefined;
}

/** What is wrong with the name of a Kubernetes object (an RFC 1123 subdomain), or undefined. */
export function objectNameProblem(text: string): string | undefined {
  if (text === "") return "is empty";
  if (text.length > 253) return "is longer than 253 characters";
  if (/[A-Z]/.test(text)) return "has capital letters";
  return text.split(".").every((part) => LABEL.test(part)) ? undefined : "has characters that such a name may not have";
}

export function repairObjectName(text: string): string | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, "-");
  return name !== text && objectNameProblem(name) === undefined ? name : undefined;
}

/**
 * Top-level names that no public authority certifies: reserved (RFC 2606, 6761, 6762, 7686, 8375), set aside by ICANN
 * (.internal), or never delegated and common at home. A public authority refuses any name outside the public suffixes.
 */
const PRIVATE_SUFFIXES = [
  "local",
  "internal",
  "home.arpa",
  "test",
  "lan",
  "localhost",
  "localdomain",
  "example",
  "example.com",
  "example.net",
  "example.org",
  "invalid",
  "onion",
  "alt",
  "home",
  "corp",
  "mail",
  "intranet",
  "private",
  "homelab",
  "arpa",
];

/** Why no public authority can certify the name, as the rest of a sentence; undefined where one may. */
export function uncertifiable(name: string): string | undefined {
  if (!name.includes(".")) return "is a single label";
  const suffix = PRIVATE_SUFFIXES.find((candidate) => name === candidate || name.endsWith(`.${candidate}`));
  return suffix && `ends in .${suffix}, which exists only in private networks`;
}

/** The name of a service whose key is left out. */
export function nameBelow(domain: string, label: string): string {
  return `${label}.${domain}`;
}

/** Host of an https URL without credentials, or undefined. */
export function httpsHost(text: string): string | undefined {
  if (/\s/.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  const plain = url.protocol === "https:" && url.username === "" && url.password === "";
  const named = hostProblem(url.hostname) === undefined || /^[\d.]+$|^\[/.test(url.hostname);
  return plain && named ? url.hostname : undefined;
}
