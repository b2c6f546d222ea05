import type { BadExample, Example } from "../../../core/policy";

function pod(container: string): string {
  return `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: "i:1", ${container}}]}}`;
}

const env = (name: string, value: string) => pod(`env: [{name: ${name}, value: ${JSON.stringify(value)}}]`);
const config = (data: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: ${data}}`;
const values = (text: string) => `{apiVersion: helm.sh/v4, kind: Chart, metadata: {name: r}, values: ${text}}`;

// Put together here, so that no scanner of this repository takes an example for a real one.
const AWS = `AKIA${"QWERTYUIOPASDFGH"}`;
const MODEL = `sk-${"abcdefghijklmn0pqrstuvwx"}`;
const KEY = `-----BEGIN ${"PRIVATE KEY"}-----`;
const RANDOM = "pX9vQ2mB7rT4kL1z";

export const good: Example[] = [
  { title: "a reference to a Secret", yaml: pod("env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: s, key: k}}}]") },
  {
    title: "an empty value, a switch and a number",
    yaml: pod("env: [{name: PASSWORD, value: ''}, {name: USE_TOKEN, value: 'true'}, {name: API_TOKEN, value: '0'}]"),
  },
  {
    title: "names that speak of a secret and hold none",
    yaml: pod(
      "env: [{name: PASSWORD_FILE, value: /run/secret}, {name: TOKEN_TTL, value: 30days}, {name: SECRET_NAME, value: db-secret}, {name: PUBLIC_KEY, value: abcdefghijkl}, {name: TOKENIZER, value: sentencepiece}]",
    ),
  },
  {
    title: "a value that another variable fills in",
    yaml: pod("env: [{name: DB_PASSWORD, value: $(FROM_SECRET)}, {name: URL, value: 'postgres://app:$(DB_PASSWORD)@db/app'}]"),
  },
  {
    title: "the credentials that LocalStack takes from everybody",
    yaml: pod("env: [{name: AWS_ACCESS_KEY_ID, value: test}, {name: AWS_SECRET_ACCESS_KEY, value: test}]"),
  },
  { title: "an address without a password", yaml: env("DATABASE_URL", "postgres://app@db:5432/app") },
  { title: "a certificate, which is public", yaml: config("{ca.crt: '-----BEGIN CERTIFICATE-----'}") },
  {
    title: "settings that name a path or a reference",
    yaml: config(`{app.ini: "password_file = /run/secrets/db\\ntoken = \${TOKEN}\\nname = ${RANDOM}\\n"}`),
  },
  {
    title: "a name that the configuration allows",
    yaml: env("CSRF_TOKEN", "header-name"),
    params: { ignoredNames: ["CSRF_TOKEN"] },
  },
  {
    title: "chart values that name a Secret and its keys",
    yaml: values(
      "{auth: {existingSecret: my-db-secret, passwordKey: password, secretKey: postgres-password}, pullSecret: regcred, tokens: []}",
    ),
  },
  {
    title: "a reference to a secret manager, a file or another variable",
    yaml: pod(
      "env: [{name: DB_PASSWORD, value: 'vault:secret/data/db#password'}, {name: API_KEY, value: 'file:/run/secrets/key'}, {name: AUTHORIZATION, value: 'Bearer $(API_TOKEN)'}], args: [--password, $(DB_PASSWORD)]",
    ),
  },
  {
    title: "programs and translations that speak of passwords",
    yaml: config(
      JSON.stringify({
        "app.py": "password = settings.PASSWORD\ntoken = read_token()\n",
        "de.json": '{\n  "password": "Passwort"\n}\n',
      }),
    ),
  },
];

export const bad: BadExample[] = [
  {
    title: "a password in a variable",
    yaml: env("DB_PASSWORD", "hunter22"),
    finds: ['a literal secret in the variable "DB_PASSWORD"'],
  },
  {
    title: "names in other styles",
    yaml: pod(
      "env: [{name: app.api-key, value: abcd1234}, {name: clientSecret, value: abcd1234}, {name: JWT__TOKEN, value: abcd1234}]",
    ),
    finds: ['"app.api-key"', '"clientSecret"', '"JWT__TOKEN"'],
  },
  { title: "an access key, whatever the variable is called", yaml: env("SETTING", AWS), finds: ["an AWS access key"] },
  {
    title: "a password in an address",
    yaml: env("DATABASE_URL", "postgres://app:hunter22@db/app"),
    finds: ["a password in an address"],
  },
  {
    title: "a secret on the command line",
    yaml: pod(`args: ['--verbose', '--admin-password=hunter22', '${MODEL}']`),
    finds: ["a literal secret on its command line", "an API key of a language model on its command line"],
  },
  {
    title: "a secret as an option's value, and in a line for a shell",
    yaml: pod("args: [serve, --api-key, abcd1234], command: [sh, -c, 'export DB_PASSWORD=hunter22 && exec app']"),
    finds: ["a literal secret on its command line", "a literal secret on its command line"],
  },
  {
    title: "a password in the command of a probe",
    yaml: pod("livenessProbe: {exec: {command: [mysqladmin, ping, -phunter22]}}"),
    finds: ["a literal secret in the command of a probe or hook"],
  },
  {
    title: "a private key in base64, in two places",
    yaml: `${config(`{kubeconfig: 'client-key-data: ${Buffer.from(`${KEY}\nMIIE`).toString("base64")}'}`)}\n---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: b}, binaryData: {tls.key: ${Buffer.from(KEY).toString("base64")}}}`,
    finds: ["a private key", "a private key"],
  },
  {
    title: "logins: for a registry, of a web server",
    yaml: config(
      JSON.stringify({
        "config.json": `{"auths":{"registry.home.arpa":{"auth":"${Buffer.from("ci:hunter22").toString("base64")}"}}}`,
        htpasswd: `ci:$2y$10$${"abcdefghijklmnopqrstuvwxyz./0123456789ABCDEFGHIJKLMNOPQ"}`.slice(0, 66),
      }),
    ),
    finds: ["a login for a registry", "the hash of a password"],
  },
  {
    title: "a variable in a chart's values",
    yaml: values("{extraEnv: [{name: DB_PASSWORD, value: hunter22}]}"),
    finds: ['in its values ("DB_PASSWORD")'],
  },
  { title: "a private key in a ConfigMap", yaml: config(JSON.stringify({ "tls.pem": KEY })), finds: ["a private key"] },
  {
    title: "a password as a key of a ConfigMap",
    yaml: config("{NEXTAUTH_SECRET: abcd-efgh-ijkl}"),
    finds: ['under the key "NEXTAUTH_SECRET"'],
  },
  {
    title: "a password in a configuration file",
    yaml: config(`{app.yaml: "server:\\n  port: 80\\n  password: ${RANDOM}\\n"}`),
    finds: ['("password") under the key "app.yaml"'],
  },
  {
    title: "a secret deep in a chart's values",
    yaml: values(`{a: [{llm: {apiKey: ${RANDOM}}}]}`),
    finds: ['in its values ("apiKey")'],
  },
  {
    title: "a secret in the values of a chart for K3s",
    yaml: `{apiVersion: helm.cattle.io/v1, kind: HelmChart, metadata: {name: h}, spec: {chart: x, valuesContent: "auth:\\n  token: ${RANDOM}\\n"}}`,
    finds: ['("token") in its values'],
  },
];
