/** `clientSecret`, `app.api-key` and `JWT__TOKEN` as `client_secret`, `app_api_key` and `jwt_token`. */
function words(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[_.:\s-]+/g, "_")
    .toLowerCase();
}

/** What may follow: `DB_PASSWORD_1`, `TOKEN_BASE64`. */
const END = "(?:_?\\d{1,2})?(?:_(?:base64|b64|value|hex|plain|plaintext))?$";

const SECRET = new RegExp(
  "(?:passwo?rd|passwd|passphrase|secret|token|credentials?|creds|api_?key|auth_?key|secret_key_base|erlang_cookie|" +
    "requirepass|masterauth|redis(?:cli)?_auth|(?:access|private|signing|encryption|secret|master)_?key|" +
    "(?:^|_|db|smtp|mail|ftp|user|root|admin)pass|(?:^|_)pwd)" +
    END,
);

/** Names of keys that may as well be public or no secret at all. */
const UNCERTAIN = new RegExp(
  "(?:^|_)(?:app|account|storage|jwt|fernet|session|hmac|aes|cipher|cookie|shared|licen[cs]e|service|webhook|deploy|hash|root)_?key" +
    END,
);

const PUBLIC = /(?:^|_)public_?key/;

/** Names whose value is a secret, as DB_PASSWORD; not those that only speak of one, as PASSWORD_FILE or TOKEN_TTL. */
export function isSecretName(name: string): boolean {
  // Cheap first: nearly no name holds any of these.
  if (name.length > 200 || !/pass|pwd|passwd|secret|token|cred|key|auth|cookie/i.test(name)) return false;
  const text = words(name);
  return (SECRET.test(text) || UNCERTAIN.test(text)) && !PUBLIC.test(text);
}

/** Names under which only a value that looks random is a secret. */
export function isUncertainName(name: string): boolean {
  const text = words(name);
  return UNCERTAIN.test(text) && !SECRET.test(text);
}

/** Whether a name asks for the name of a Secret: always (`existingSecret`), or when the value says so (`db_secret: db-secret`). */
export function isReferenceName(name: string, valueNamesSecret: boolean): boolean {
  const text = words(name);
  if (/(?:^|_)(?:existing|pull|tls|ca|cert|certificate|from|env_from|external|extra|registry)_?secret(?:_ref)?$/.test(text)) {
    return true;
  }
  // These are the secrets themselves, however they are named.
  if (/(?:jwt|session|cookie|auth|app|client|sign(?:ing|ature)?|hmac|webhook|csrf|encryption|shared)_?secret/.test(text)) {
    return false;
  }
  return valueNamesSecret && /(?:secret|credentials?|creds)$/.test(text);
}

/** `secretKey` in the values of charts: which key of the Secret. In capitals it is the secret of a program. */
export function isKeyName(name: string): boolean {
  return /(?:^|[a-z._-])secret-?[kK]ey$|SecretKey$/.test(name);
}
