import { isPlaceholder } from "./values";
import { isRandom } from "./entropy";

/*
 * Forms that are secrets whatever they are called (their makers' documentation of them). Only the name of a form leaves this
 * file; the text itself is never passed on.
 */

/** A form: its name, a part that every one of them holds (most texts hold none and need no closer look), and how to tell it. */
type Shape = [name: string, hint: string, form: RegExp | ((text: string) => boolean)];

const SHAPES: Shape[] = [
  ["a private key", "PRIVATE KEY", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/],
  ["a private key", "LS0tLS1CRUdJTi", (text) => some(text, /LS0tLS1CRUdJTi[A-Za-z0-9+/]{20,60}/g, isPrivateKey)],
  ["a private key", '"kty"', /"(?:d|k)"\s*:\s*"[A-Za-z0-9_-]{20,}"/],
  ["a private key", "AGE-SECRET-KEY-", /\bAGE-SECRET-KEY-1[A-Z0-9]{50,}/],
  ["an AWS access key", "AKIA|ASIA", /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])/],
  ["a GitHub token", "gh[pousr]_|github_pat_", /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})/],
  ["a GitLab token", "gl[a-z]{2,5}-", /\bgl(?:pat|dt|rt|cbt|ptt|ft|soat|agent|imt)-[A-Za-z0-9_-]{20,}/],
  ["a Slack token", "xox|xapp-", /\b(?:xox[abeoprs]|xapp-\d)-[A-Za-z0-9-]{10,}/],
  [
    "the address of a webhook",
    "hooks\\.slack\\.com",
    /hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9_]{8,}\/[A-Za-z0-9_/]{10,}/,
  ],
  ["the address of a webhook", "api/webhooks/", /discord(?:app)?\.com\/api\/webhooks\/\d{15,}\/[A-Za-z0-9_-]{50,}/],
  ["a Stripe key", "_live_|_test_", /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/],
  ["the secret of a webhook", "whsec_", /\bwhsec_[A-Za-z0-9+/]{24,}/],
  ["a Google API key", "AIza", /\bAIza[A-Za-z0-9_-]{35}/],
  ["the secret of a Google client", "GOCSPX-", /\bGOCSPX-[A-Za-z0-9_-]{28}/],
  ["an API key of a language model", "sk-", /\bsk-[A-Za-z0-9_-]{0,200}?(?=\w{0,100}\d)(?=\w{0,100}[A-Za-z])\w{16,}/],
  ["a Docker Hub token", "dckr_", /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}/],
  ["an npm token", "npm_", /\bnpm_[A-Za-z0-9]{36}/],
  ["a PyPI token", "pypi-Ag", /\bpypi-Ag[A-Za-z0-9_-]{50,}/],
  ["a Hugging Face token", "hf_", /\bhf_[A-Za-z0-9]{30,}/],
  ["a SendGrid key", "SG\\.", /\bSG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{20,}/],
  ["a Telegram token", ":AA", /\b\d{8,10}:AA[A-Za-z0-9_-]{33}/],
  ["a Vault token", "hv[sbr]\\.", /\bhv[sbr]\.[A-Za-z0-9_-]{24,}/],
  ["a DigitalOcean token", "_v1_", /\bdo[opr]_v1_[a-f0-9]{64}/],
  ["a Grafana token", "gl(?:sa|c)_", /\b(?:glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_[A-Za-z0-9+/]{32,})/],
  ["a Pulumi token", "pul-", /\bpul-[a-f0-9]{40}/],
  ["a Shopify token", "shp", /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/],
  ["a Terraform token", "\\.atlasv1\\.", /\.atlasv1\.[A-Za-z0-9_-]{60,}/],
  ["a Linear key", "lin_", /\blin_(?:api|oauth)_[A-Za-z0-9]{40,}/],
  ["a Tailscale key", "tskey-", /\btskey-[a-z]+-[A-Za-z0-9-]{16,}/],
  ["a Doppler token", "dp\\.", /\bdp\.(?:pt|st|sa|ct|scim|audit)\.[A-Za-z0-9_.-]{40,}/],
  ["a Cloudflare key", "v1\\.0-", /\bv1\.0-[a-f0-9]{24}-[a-f0-9]{146}/],
  ["a signed token", "eyJ", /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  [
    "the hash of a password",
    "\\$\\d[aby]?\\$|\\$apr1\\$|\\$argon2|\\{SHA\\}",
    /\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\$(?:apr1|[156])\$[^$\s:]{1,40}\$[./A-Za-z0-9]{22,}|\$argon2(?:id|i|d)\$v=|\{SHA\}[A-Za-z0-9+/]{27}=/,
  ],
  ["a login for a registry", '"auth"', (text) => some(text, /"auth"\s*:\s*"([A-Za-z0-9+/]{8,}={0,2})"/g, isLogin)],
  ["a login for a registry", ":_", (text) => some(text, /:_(?:authToken|auth|password)\s*=\s*["']?([^\s"']{8,})/g, stands)],
  ["a login", "machine", (text) => some(text, /\bmachine\s+\S+\s+login\s+\S+\s+password\s+(\S+)/g, stands)],
  [
    "a login",
    "Basic|Bearer|basic|bearer",
    (text) =>
      some(text, /(?:^|uthorization["']?\s*[:=]?\s*["']?)basic\s+([A-Za-z0-9+/]{8,}={0,2})/gi, isLogin) ||
      some(text, /(?:^|[:=]\s*["']?|uthorization\s+)bearer\s+([A-Za-z0-9._~+/-]{16,})/gi, isRandom),
  ],
  [
    "a password in an address",
    "://",
    // Neither `docker://name:tag@sha256:...` nor the syntax `user[:password]@`; past a `?` or `/` there is no password.
    (text) => some(text, /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:@/?#"'`[\]]{0,200}:([^\s@/?#"'`[\]]{1,200})@(?!sha256:)/gi, stands),
  ],
  [
    "a password in an address",
    "@(?:tcp|unix)\\(",
    (text) => some(text, /[\w.-]{1,64}:([^\s:@/"']{4,200})@(?:tcp|unix)\(/g, stands),
  ],
  [
    "a password in an address",
    "assword=|wd=|Key=",
    (text) =>
      some(text, /[;?&](?:password|pwd|accountkey|sharedaccesskey)=([^;&\s"']{4,200})/gi, stands) ||
      some(text, /\b(?:host|dbname|user)=\S+ [^\n]{0,200}\bpassword=([^;&\s"']{4,200})/gi, stands) ||
      some(text, /\bpassword=([^;&\s"']{4,200}) [^\n]{0,200}\b(?:host|dbname)=/gi, stands),
  ],
];

const LIKELY = new RegExp(SHAPES.map(([, hint]) => hint).join("|"));

/** Longer texts are files; what lies behind this many characters is not looked at. */
export const LONGEST = 256 * 1024;

/** The name of the form that a text holds. */
export function shapeIn(text: string): string | undefined {
  if (!LIKELY.test(text)) return undefined;
  const head = text.slice(0, LONGEST);
  return SHAPES.find(([, , form]) => (typeof form === "function" ? form(head) : form.test(head)))?.[0];
}

/** Whether what a form captures, or all of it where it captures nothing, is the real thing anywhere in a text. */
function some(text: string, form: RegExp, isReal: (found: string) => boolean): boolean {
  for (const [whole, part] of text.matchAll(form)) if (isReal(part ?? whole)) return true;
  return false;
}

/** Neither filled in elsewhere nor only a word for it, as in `postgres://user:PASSWORD@host`. */
function stands(found: string): boolean {
  return !isPlaceholder(found) && !/^[A-Z]+(?:_[A-Z]+)*$/.test(found);
}

function isPrivateKey(base64: string): boolean {
  return Buffer.from(base64, "base64").toString("latin1").includes("PRIVATE KEY");
}

/** Base64 of `user:password`. */
function isLogin(base64: string): boolean {
  return /^[\x21-\x7e]{1,100}:[\x20-\x7e]{1,500}$/.test(Buffer.from(base64, "base64").toString("latin1"));
}
