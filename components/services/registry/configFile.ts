import { toYaml } from "../../../kubernetes/yaml";

/** Where the registry finds its files; the same for the images of 2.x and 3.x, whose own defaults differ. */
export const paths = {
  configDirectory: "/etc/registry",
  configFile: "/etc/registry/config.yml",
  authDirectory: "/auth",
  htpasswdFile: "/auth/htpasswd",
  data: "/var/lib/registry",
} as const;

/** Secrets of the registry's namespace. */
export const secretNames = { htpasswd: "registry-htpasswd", http: "registry-http" } as const;

/** `gate`: what Traefik asks of an account. `check`: of the gate itself, for its own pod alone. */
export const ports = { http: 5000, metrics: 5001, gate: 5002, check: 5003 } as const;

/**
 * Requests of one client under way at a time: ten clients that push at once have 50. Each costs a check of its password, which
 * has no end where wrong ones come faster than they are checked; with an end, the kubelet's own questions are answered in time.
 */
export const requestsInFlight = 64;

/** The same for the page, which a browser has ask for every tag of a repository at once. */
export const pageRequestsInFlight = 256;

/** Seconds that running requests get to finish after SIGTERM. */
export const drainSeconds = 60;

/** The part of the registry's configuration that the platform uses. https://distribution.github.io/distribution/about/configuration/ */
export interface RegistryConfigFile {
  version: "0.1";
  log: { level: "info"; formatter: "text" };
  storage: {
    filesystem: { rootdirectory: string };
    cache: { blobdescriptor: "inmemory" };
    delete: { enabled: boolean };
    maintenance: {
      uploadpurging: { enabled: boolean; age: string; interval: string; dryrun: boolean };
    };
  };
  http: {
    addr: string;
    draintimeout: string;
    headers: Record<string, string[]>;
    debug?: { addr: string; prometheus: { enabled: boolean; path: string } };
  };
  auth: { htpasswd: { realm: string; path: string } };
  health: { storagedriver: { enabled: boolean; interval: string; threshold: number } };
}

export interface RegistryConfigArgs {
  /** Whether the API deletes manifests and blobs. */
  allowDelete: boolean;
  /** Whether there are metrics, on a port of their own. */
  metrics: boolean;
}

export function registryConfig({ allowDelete, metrics }: RegistryConfigArgs): RegistryConfigFile {
  return {
    version: "0.1",
    log: { level: "info", formatter: "text" },
    storage: {
      filesystem: { rootdirectory: paths.data },
      cache: { blobdescriptor: "inmemory" },
      delete: { enabled: allowDelete },
      maintenance: {
        // What a push that ended half-way leaves fills the volume until it is purged; no upload of one layer takes hours.
        // All four or none: a block with one of them missing ends the program at its start.
        uploadpurging: { enabled: true, age: "6h", interval: "1h", dryrun: false },
      },
    },
    http: {
      addr: `:${ports.http}`,
      // The default, 0, cuts every running upload when the pod is stopped.
      draintimeout: `${drainSeconds}s`,
      headers: { "X-Content-Type-Options": ["nosniff"] },
      // Where the registry serves metrics, it serves Go's profiler and its variables too, without a password: both or none.
      ...(metrics ? { debug: { addr: `:${ports.metrics}`, prometheus: { enabled: true, path: "/metrics" } } } : {}),
    },
    auth: { htpasswd: { realm: "homelab registry", path: paths.htpasswdFile } },
    health: { storagedriver: { enabled: true, interval: "10s", threshold: 3 } },
  };
}

/** `config.yml`. */
export function renderConfig(config: RegistryConfigFile): string {
  return toYaml(config);
}
