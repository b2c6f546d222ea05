import type { Scope } from "../../../../kubernetes/kinds";
import type { PodSecurityLevel } from "../../../../kubernetes/podSecurity";
import type { AppDatabaseConfig } from "../types";

/**
 * What the platform asks of an app's objects. Travels to the post-renderer as JSON on its command line: it holds names,
 * and never a secret value.
 */
export interface AdaptSettings {
  app: string;
  namespace: string;
  /** Whether other apps may run in the namespace: then the pods get the app's label. */
  shared: boolean;
  /** With `release` helm installs the chart and runs its hooks. */
  install: "chart" | "release";
  podSecurity: PodSecurityLevel;
  clusterWide: boolean;
  /** Whether what the chart makes to keep data in stays when the app goes. */
  keepsData: boolean;
  /** Scopes of kinds (`acme.example/Thing`) that only the cluster knows; absent where none answers. */
  scopes?: Record<string, Scope>;
  /** Ports of the chart's Services that are reached from outside without a route; absent type: the chart's, or a LoadBalancer. */
  expose: { service: string; ports: string[]; type?: "LoadBalancer" | "NodePort"; allowedRanges: string[] }[];
  /** The pull secret in the namespace; absent without a registry. */
  pullSecret?: string;
  /** The platform's registry, where every image is to come from; absent: images stay as the chart names them. */
  imagesFrom?: string;
  /** The platform's registry, and a file with the account for it: images are looked for there. */
  registry?: {
    server: string;
    accessFile: string;
    /** Images that are pushed before the app is deployed, without the registry. */
    toCome: string[];
    /** Then a registry that does not answer is no problem: a preview needs no cluster. */
    preview: boolean;
  };
  /** Workloads of which there is one pod at any moment, beside that of the database. */
  single: string[];
  /** Whether they, and that of the database, tell other linters not to ask for more. */
  linterAnnotations: boolean;
  /** Seconds that an object may take to become ready. */
  readyWithin: number;
  /** With `madeBy` somebody else makes it; then no keys mean that any may be there. */
  secrets: { name: string; keys: string[]; madeBy?: string; revision: string; environmentOf: string[] }[];
  /** Secrets that only hooks of the chart make, and which; only a release runs them. */
  hookSecrets: { secret: string; hook: string }[];
  /** Services that the route points to. */
  services: { name: string; port: number }[];
  /** Users of images (`1000`, `1000:1000`, `app`), by the images' names, as far as they are known. */
  imageUsers?: Record<string, string>;
  database?: Pick<AppDatabaseConfig, "workload" | "files" | "claim" | "user"> & {
    backup?: { every: number; keep: number; image: string; claim: string };
  };
}
