import { HEX, args, base64, env, file, pem, pod, random, values } from "./objects";

export const HARMLESS: Record<string, object[]> = {
  "ids and digests": [
    env("CLIENT_ID", "3f2504e0-4f89-41d3-9a0c-0305e82c3301"),
    env("COMMIT", random(40, HEX)),
    file("checksums", `${random(64, HEX)}  app.tgz\n`),
    env("IMAGE", `docker://nginx:1.27@sha256:${random(64, HEX)}`),
  ],
  addresses: [
    env("TOKEN_URL", "https://id.home.arpa/realms/x/protocol/openid-connect/token"),
    env("URL", "https://home.arpa:8443/a?b=c:d@e"),
    env("REPOSITORY", "git@github.com:org/repo.git"),
    file("links.json", JSON.stringify({ url: "https://home.arpa", a: "b:c", mail: "me@home.arpa" })),
    env("SYNTAX", "postgresql://[user[:password]@][netloc][:port]"),
    env("FORMAT", "postgres://{user}:{password}@{host}/app and postgres://%s:%s@%s/app"),
    env("EXAMPLE", "postgres://app:PASSWORD@db/app"),
  ],
  "pictures and styles": [
    file("icon", `data:image/png;base64,${random(4000)}`),
    file(
      "a.css",
      ".sk-fading-circle-container-large-2{}\n.password { width: 100% }\n:root{--token:#ff00ff;--secret-color: rgba(0,0,0,.5);}\n",
    ),
  ],
  "a dashboard": [
    file(
      "d.json",
      JSON.stringify({
        panels: [
          {
            datasource: { uid: `P${random(16)}` },
            targets: [{ expr: 'sum(a{secret!=""}) by (token)', legendFormat: "{{password}}" }],
          },
        ],
        uid: random(9),
      }),
    ),
  ],
  "what is public": [
    env("JWT_PUBLIC_KEY", random(44)),
    env("SIGNING_KEY", pem("PUBLIC KEY")),
    env("DEPLOY_KEY", `ssh-ed25519 ${random(68)} me@host`),
    file("ca.crt", pem("CERTIFICATE")),
    env("CA", base64(pem("CERTIFICATE"))),
    file("jwks.json", JSON.stringify({ keys: [{ kty: "EC", crv: "P-256", x: random(43), y: random(43), kid: random(20) }] })),
  ],
  files: [
    env("DB_PASSWORD", "/run/secrets/db"),
    env("PASSWORD_FILE", "/run/secrets/db"),
    env("GOOGLE_CREDENTIALS", "credentials.json"),
    env("API_KEY", "file:/run/secrets/key"),
    env("GF_SECURITY_ADMIN_PASSWORD", "$__file{/etc/secrets/admin}"),
  ],
  "versions and languages": [env("TOKEN_VERSION", "v2.10.3"), env("LANGUAGES", "sk-SK,sk-sk,de-DE"), env("LANG", "en_US.UTF-8")],
  switches: [
    env("ALLOW_EMPTY_PASSWORD", "yes"),
    env("REQUIRE_TOKEN", "true"),
    env("REFRESH_TOKEN", "3600s"),
    env("MAX_TOKEN", "4096"),
    env("TOKEN_TYPE", "Bearer"),
    env("USE_SECRET", "disabled"),
  ],
  references: [
    env("API_KEY", "prefix-$(KEY)"),
    env("AUTHORIZATION", "Bearer $(TOKEN)"),
    env("API_KEY", "${KEY:-}"),
    env("SECRET", "vault:secret/data/app#key"),
    env("SECRET", "op://vault/item/field"),
    env("DB_PASSWORD", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db"),
    env("DB_PASSWORD", "ENC[AES256_GCM,data:abc,iv:x,tag:y,type:str]"),
    env("DB_PASSWORD", "%(ENV_DB_PASSWORD)s"),
    env("DB_PASSWORD", "@@DB_PASSWORD@@"),
    env("API_KEY", "<your key>"),
  ],
  "names of Secrets": [
    env("TLS_SECRET", "web-tls"),
    env("IMAGE_PULL_SECRET", "regcred"),
    env("DB_CREDENTIALS_SECRET", "db-credentials"),
    values({
      auth: { existingSecret: "my-db", secretKeys: { adminPasswordKey: "admin-password" } },
      secretKey: "postgres-password",
    }),
    values({ tls: [{ secretName: "web-tls" }], imagePullSecrets: ["regcred"], tokenSecret: { name: "x-token", key: "token" } }),
  ],
  programs: [
    file(
      "a.js",
      "const token = read(request);\nfetch(url, {\n  credentials: 'same-origin',\n  secret: process.env.SECRET,\n})\n",
    ),
    file("a.py", 'password = os.environ["DB_PASSWORD"]\nsecret = settings.SECRET_KEY\npassword = getpass.getpass()\n'),
    file("a.sh", 'PASSWORD=$(cat /run/secrets/db)\nexport PGPASSWORD="$POSTGRES_PASSWORD"\nmysql --password="$MYSQL_PASSWORD"\n'),
    file("nginx.conf", "proxy_pass http://backend:8080;\nproxy_set_header Authorization $http_authorization;\n"),
    file("prometheus.yml", "authorization:\n  credentials_file: /x\nbearer_token_file: /var/run/secrets/token\n"),
    file("tokenizer.json", '{\n  "eos_token": "<|endoftext|>",\n  "mask_token": "[MASK]"\n}'),
    file("de.json", '{\n  "password": "Passwort",\n  "secret": "Geheimnis"\n}'),
    file("redis.conf", "# requirepass foobared is what the manual shows\n# password = \n"),
  ],
  commands: [
    args(
      "--token-ttl=3600",
      "--password-file=/x",
      "--tls-secret",
      "web-tls",
      "--password",
      "$(DB_PASSWORD)",
      "--token",
      "--verbose",
    ),
    args("sh", "-c", 'mysql -p"$MYSQL_ROOT_PASSWORD" -e "select 1"; echo "$PASSWORD" | login --password-stdin'),
    pod({ command: ["docker", "run", "-u", "1000:1000"], args: ["-p", "8080:8080"] }),
  ],
};
