import type { BadExample, Example } from "../../../core/policy";

function pod(container: string): string {
  return `{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, image: "i:1", ${container}}]}}`;
}

const env = (name: string, value: string) => pod(`env: [{name: ${name}, value: ${JSON.stringify(value)}}]`);
const config = (data: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: m}, data: ${data}}`;
const values = (text: string) => `{apiVersion: helm.sh/v4, kind: Chart, metadata: {name: r}, values: ${text}}`;

// Put together here, so that no scanner of this repository takes an example for a real one.
const AWS = `AKIA${"QWERTYUIOPASDFGH"}`;
const MODEL = `sk-${"abcdefghijklmnopqrstuvwx"}`;
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
  { title: "chart values that name a Secret", yaml: values("{auth: {existingSecret: db, passwordKey: password}, tokens: []}") },
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
    finds: ['in its values ("token")'],
  },
];
