/**
 * Every image that the platform runs at home, in one place: the defaults of the configuration, the lab's images of the same names
 * and the update bot's patterns follow it. A stack overrides one by its key (for example `homelab:registry.image`). Fully
 * qualified, so that no node's search list decides where an image comes from, and with a version, so that two nodes never run
 * different programs under one name.
 */
export const images = {
  registry: "docker.io/library/registry:3.1.1",
  registryUi: "docker.io/joxit/docker-registry-ui:2.6.0",
  /** nginx, in front of the AWS emulator and beside the registry. */
  gateway: "docker.io/nginxinc/nginx-unprivileged:1.28.0",
  /** SQLite's shell, beside a database. */
  sqlite: "docker.io/keinos/sqlite3:3.46.1",
  /** For functions that run in containers. */
  docker: "docker.io/library/docker:28.5.1-dind",
  /* The AWS emulators, by flavor. */
  localstack: "docker.io/localstack/localstack:4.14.0",
  "localstack-pro": "docker.io/localstack/localstack-pro:4.14.0",
  "localstack-persist": "docker.io/gresau/localstack-persist:4.14.0",
  ministack: "docker.io/ministackorg/ministack:1.5.33",
  /** The plain image has no shell tools for init hooks; this one has the AWS CLI. */
  floci: "docker.io/floci/floci:1.7.0-compat",
} as const;
