/**
 * Every image the platform runs, in one place. A stack overrides one through its configuration (for example
 * `homelab:registry.image`). Fully qualified, so that no node's search list decides where an image comes from, and with
 * a version, so that two nodes never run different programs under one name.
 */
export const images = {
  registry: "docker.io/library/registry:3.1.1",
  registryUi: "docker.io/joxit/docker-registry-ui:2.6.0",
  /** In front of the AWS emulator. */
  gateway: "docker.io/nginxinc/nginx-unprivileged:1.28.0",
} as const;
