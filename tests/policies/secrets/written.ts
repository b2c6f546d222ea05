import { HEX, args, base64, object, pem, pod, random, values, word } from "./objects";

/*
 * What people really write. The secrets are made here, from pieces, so that no scanner of this repository takes one for real.
 */

export const TOKENS: Record<string, string> = {
  "AWS access key": `AKIA${random(16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")}`,
  "GitHub token": `ghp_${random(36)}`,
  "fine GitHub token": `github_pat_${random(22)}_${random(59)}`,
  "GitLab token": `glpat-${random(20)}`,
  "GitLab runner token": `glrt-${random(20)}`,
  "Slack token": `xoxb-${random(12, "0123456789")}-${random(24)}`,
  "Slack app token": `xapp-1-A${random(10)}-${random(64, HEX)}`,
  "Slack webhook": `https://hooks.slack.com/services/T${random(8)}/B${random(8)}/${random(24)}`,
  "Discord webhook": `https://discord.com/api/webhooks/${random(18, "123456789")}/${random(68)}`,
  "Stripe key": `sk_${"live"}_${random(24)}`,
  "Stripe restricted key": `rk_${"live"}_${random(24)}`,
  "Stripe webhook secret": `whsec_${random(32)}`,
  "Google API key": `AIza${random(35)}`,
  "Google client secret": `GOCSPX-${random(28)}`,
  "OpenAI key": `sk-${random(40)}1a`,
  "OpenAI project key": `sk-proj-${random(40)}2b_${random(40)}`,
  "Anthropic key": `sk-ant-api03-${random(60)}3c`,
  "Docker Hub token": `dckr_pat_${random(27)}`,
  "npm token": `npm_${random(36)}`,
  "PyPI token": `pypi-AgEIcHlwaS5vcmc${random(60)}`,
  "Hugging Face token": `hf_${random(34)}`,
  "SendGrid key": `SG.${random(22)}.${random(43)}`,
  "Telegram token": `${random(10, "123456789")}:AA${random(33)}`,
  "Vault token": `hvs.${random(90)}`,
  "DigitalOcean token": `dop_v1_${random(64, HEX)}`,
  "Grafana token": `glsa_${random(32)}_${random(8, HEX)}`,
  "Pulumi token": `pul-${random(40, HEX)}`,
  "Shopify token": `shpat_${random(32, HEX)}`,
  "Tailscale key": `tskey-auth-${random(12)}-${random(24)}`,
  "age key": `AGE-SECRET-KEY-1${random(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")}`,
  "signed token": `eyJ${random(30)}.eyJ${random(30)}.${random(43)}`,
  "Basic login": `Authorization: Basic ${base64(`ci:${word()}`)}`,
  "Bearer token": `Bearer ${random(31)}7`,
  "htpasswd line": `ci:$2y$10$${random(53)}`,
  "htpasswd line of Apache": `ci:$apr1$${random(8)}$${random(22)}`,
  "htpasswd line with SHA-1": `ci:{SHA}${random(27)}=`,
  "Docker login": `{"auths":{"registry.home.arpa":{"auth":"${base64(`ci:${word()}`)}"}}}`,
  "npm login": `//npm.home.arpa/:_authToken=${random(30)}`,
  netrc: `machine git.home.arpa login ci password ${word()}`,
  "Postgres address": `postgres://app:${word()}@db:5432/app`,
  "Redis address": `redis://:${word()}@redis:6379/0`,
  "Basic address": `https://ci:${word()}@git.home.arpa/x.git`,
  "address of SQLAlchemy": `postgresql+psycopg2://app:${word()}@db/app`,
  "JDBC address": `jdbc:postgresql://db/app?user=app&password=${word()}`,
  "address of Go's MySQL": `app:${word()}@tcp(db:3306)/app`,
  "connection of libpq": `host=db user=app password=${word()} dbname=app`,
  "connection of ADO": `Server=db;User Id=sa;Password=${word()};Encrypt=true`,
  "key of an Azure account": `AccountName=a;AccountKey=${random(86)}==;EndpointSuffix=core.windows.net`,
  "private JSON web key": `{"kty":"RSA","n":"${random(342)}","e":"AQAB","d":"${random(342)}"}`,
  "private key in base64": base64(pem("RSA PRIVATE KEY")),
  ...Object.fromEntries(
    ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "].map((kind) => [`${kind}private key`, pem(`${kind}PRIVATE KEY`)]),
  ),
  "PGP key": pem("PGP PRIVATE KEY BLOCK"),
};

export const NAMES =
  "DB_PASSWORD DB_PASS PGPASSWORD MYSQL_PWD DBPASSWORD SMTPPASS API_KEY APIKEY CLIENTSECRET JWT_SECRET GITHUBTOKEN SECRET_KEY_BASE " +
  "RAILS_MASTER_KEY APP_KEY FERNET_KEY ENCRYPTION_KEY ERLANG_COOKIE DB_PASSWORD_1 PASSWORD2 S3_SECRET AWS_SECRET_ACCESS_KEY " +
  "ADMIN_CREDENTIALS AZURE_STORAGE_KEY TS_AUTHKEY REDISCLI_AUTH dbPassword spring.datasource.password bot-token X-API-Key JWT__KEY";

export const LINES: Record<string, (secret: string) => [string, string]> = {
  YAML: (secret) => ["app.yaml", `db:\n  user: app\n  password: ${secret}\n`],
  "YAML in quotes": (secret) => ["app.yaml", `password: "a,b;${secret}#"\n`],
  JSON: (secret) => ["app.json", JSON.stringify({ db: { password: secret } }, undefined, 2)],
  "JSON on one line": (secret) => ["app.json", JSON.stringify({ a: 1, db: { password: secret } })],
  TOML: (secret) => ["app.toml", `[db]\npassword = "${secret}"\n`],
  properties: (secret) => ["app.properties", `spring.datasource.password=${secret}\n`],
  "a shell's variables": (secret) => [".env", `A=1\nexport DB_PASSWORD='${secret}'\n`],
  XML: (secret) => ["app.xml", `<db>\n  <password>${secret}</password>\n</db>\n`],
};

export const COMMANDS: Record<string, (secret: string) => object> = {
  "an option with =": (secret) => args("serve", `--admin-password=${secret}`),
  "an option and its value": (secret) => args("serve", "--api-key", secret, "-v"),
  "a property of Java": (secret) => args("java", `-Dspring.datasource.password=${secret}`, "-jar", "app.jar"),
  "a line for a shell": (secret) => args("sh", "-c", `set -e\nexport DB_PASSWORD="${secret}" && exec app`),
  "an option in a line for a shell": (secret) => args("sh", "-c", `exec redis-server --requirepass ${secret}`),
  mysql: (secret) => pod({ command: ["mysqladmin", "ping", `-p${secret}`] }),
  curl: (secret) => args("curl", "-u", `ci:${secret}`, "https://registry.home.arpa/v2/"),
  "a probe": (secret) => pod({ readinessProbe: { exec: { command: ["sh", "-c", `PGPASSWORD=${secret} psql -c 'select 1'`] } } }),
  "a hook": (secret) => pod({ lifecycle: { preStop: { exec: { command: ["redis-cli", "-a", secret, "save"] } } } }),
  "a probe's header": (secret) =>
    pod({
      livenessProbe: {
        httpGet: { port: 80, httpHeaders: [{ name: "Authorization", value: `Basic ${base64(`ci:${secret}`)}` }] },
      },
    }),
  "an init container": (secret) =>
    object("v1", "Pod", { spec: { containers: [], initContainers: [{ name: "i", env: [{ name: "TOKEN", value: secret }] }] } }),
};

export const CHARTS: Record<string, (secret: string) => object> = {
  values: (secret) => values({ auth: { password: secret } }),
  "variables in values": (secret) => values({ extraEnv: [{ name: "DB_PASSWORD", value: secret }] }),
  "a file in values": (secret) => values({ config: `server: a\npassword: ${secret}\n` }),
  "a release": (secret) => object("helm.sh/v3", "Release", { chart: "a", values: { adminPassword: secret } }),
  "a chart of K3s": (secret) => object("helm.cattle.io/v1", "HelmChart", { spec: { set: { "auth.password": secret } } }),
  "values of a chart of K3s": (secret) =>
    object("helm.cattle.io/v1", "HelmChartConfig", { spec: { valuesContent: `auth:\n  token: ${secret}\n` } }),
  "a release of Flux": (secret) =>
    object("helm.toolkit.fluxcd.io/v2", "HelmRelease", { spec: { values: { rootPassword: secret } } }),
  "binary data": (secret) => object("v1", "ConfigMap", { binaryData: { key: base64(`${pem("EC PRIVATE KEY")}${secret}`) } }),
};
