import type { AppDatabaseConfig, PodSecurity } from "../../config/types";

/**
 * What the platform asks of an app's objects. Travels to the post-renderer as JSON on its command line: it holds names,
 * and never a secret value.
 */
export interface AdaptSettings {
  app: string;
  namespace: string;
  podSecurity: PodSecurity;
  clusterWide: boolean;
  nodePorts: number[];
  /** The pull secret in the namespace; absent without a registry. */
  pullSecret?: string;
  /** The platform's registry, where every image is to come from; absent: images stay as the chart names them. */
  imagesFrom?: string;
  /**
   * The platform's registry, and a file with the account for it, which the post-renderer asks for the images: only in
   * `up`, when everything has been pushed.
   */
  registry?: { server: string; accessFile: string };
  secrets: { name: string; keys: string[]; revision: string; environmentOf: string[] }[];
  /** Services that the route points to. */
  services: { name: string; port: number }[];
  database?: Pick<AppDatabaseConfig, "workload" | "file" | "claim"> & {
    backup?: { every: number; keep: number; image: string; claim: string };
  };
}
