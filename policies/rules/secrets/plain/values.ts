import { isRandom } from "./entropy";
import { isKeyName, isReferenceName, isUncertainName } from "./names";

/** `$(NAME)`, `${NAME}`, `{{ name }}` in any place, `<name>`, `%NAME%`: filled in elsewhere. `test` is what LocalStack takes. */
export function isPlaceholder(text: string): boolean {
  // Longer texts are no placeholders, and some of these forms take the square of the length.
  if (text.length > 2000) return false;
  return (
    /\$\([^)]*\)|\$\{[^}]*\}|\{\{.*\}\}|^\$[A-Za-z_]\w*$|\$__\w+\{|%\([\w.]+\)s|^%[sdvq]$|^\{[\w.]*\}$/s.test(text) ||
    /^<.*>$|^%\w+%$|^\[[A-Z]+\]$|^(__|@@)\w+\1$|^[*x.]+$|^test$|^your[-_ ]/is.test(text)
  );
}

/** Words for what a secret does or whether there is one. */
const WORDS =
  /^(?:true|false|yes|no|on|off|null|nil|none|undefined|unset|empty|enabled?|disabled?|required|optional|auto(?:matic)?|generated?|random|inherit|strict|basic|bearer|include|omit|same-origin)$/i;

/** How programs name a secret that lies elsewhere (Vault, 1Password, vals, cloud secret managers, SOPS, files, variables). */
const ELSEWHERE =
  /^(?:vault:|op:\/\/|ref\+|arn:aws|aws-?(?:sm|ssm)|ssm:|secretsmanager:|gcp:|projects\/[^/]+\/secrets\/|@Microsoft\.KeyVault|azurekeyvault|sops:|ENC\[|k8s:|kubernetes:|secret:|file:|env:|exec:)/i;

const PUBLIC = /^(?:ssh-(?:rsa|dss|ed25519) |ecdsa-sha2-|sk-ssh-|-----BEGIN (?:CERTIFICATE|(?:[A-Z0-9]+ )?PUBLIC KEY))/;
const DURATION = /^\d+(?:\.\d+)? ?(?:ms|[smhdwy]|sec|secs|seconds?|min|mins|minutes?|hours?|days?|weeks?|months?|years?)$/i;
const FILE = /^(?:\/[\w./-]*|[\w.-]+\.(?:json|ya?ml|toml|ini|conf|cfg|env|txt|pem|crt|cer|key|pub|p12|pfx|jks))$/i;
/** Without a login and a query; the addresses that are secrets are known by their form. */
const ADDRESS = /^https?:\/\/[^\s@?]+$/;

/** Whether a value stands for itself: long enough to be a secret, and neither a reference nor a word for none. */
export function isLiteral(value: string): boolean {
  const text = value.trim();
  if (text.length < 4 || isPlaceholder(text)) return false;
  return ![WORDS, ELSEWHERE, PUBLIC, DURATION, FILE, ADDRESS, /^\d{1,5}$/].some((form) => form.test(text));
}

const DNS_NAME = /^[a-z0-9](?:[a-z0-9.-]{0,100}[a-z0-9])?$/;
const NAME_OF_SECRET = /(?:^|[-.])(?:secrets?|creds?|credentials?|tokens?|tls|auth|passwords?|certs?|ca|keys?)$/;
const KEY_IN_SECRET = /^(?:[a-z]+[-_.])*(?:user|username|password|token|secret|key|crt|cert|auth|credentials)$/;

/** Whether a value under a secret's name is a secret, and neither the name of a Secret nor of a key in one. */
export function isSecretValue(name: string, value: string): boolean {
  if (!isLiteral(value)) return false;
  const text = value.trim();
  if (isUncertainName(name)) return isRandom(text);
  if (DNS_NAME.test(text) && isReferenceName(name, NAME_OF_SECRET.test(text))) return false;
  return !(isKeyName(name) && KEY_IN_SECRET.test(text));
}
