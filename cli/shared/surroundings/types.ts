/** What is known of a cluster around a stack, and findings about it. */
import type { Reference } from "../../../components/services/reference";

/** An object that is there, as far as it is looked at. */
export interface Found {
  kind: string;
  metadata: { name: string; namespace?: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  data?: Record<string, string>;
  status?: { conditions?: { type: string; status: string; message?: string }[] };
}

export interface Surroundings {
  references: Reference[];
  /** Namespaces that the stack makes. */
  own: string[];
  /** Those of what it refers to, and of its namespaces, that there are. */
  found: Found[];
  /** Secrets of a name that is missed, in other namespaces. */
  elsewhere: Found[];
  /** Pods and Services of Traefik, in the namespace that the configuration says. */
  traefik: TraefikObject[];
  /** Asked for only where Traefik runs in its node's network. */
  nodes: NodeObject[];
  /** Whether the Traefik that K3s brings runs here; undefined where that is not known. */
  k3s?: boolean;
  /** What configures that Traefik. */
  tuned?: Found;
}

export interface NodeObject extends Found {
  spec?: { podCIDR?: string; podCIDRs?: string[] };
  status?: Found["status"] & { addresses?: { type: string; address: string }[] };
}

export interface TraefikObject extends Found {
  spec?: {
    hostNetwork?: boolean;
    containers?: { args?: string[] }[];
    type?: string;
    externalTrafficPolicy?: string;
    ports?: { name?: string; port?: number }[];
  };
}

export interface Finding {
  /** `refused`: no deployment can go through. `warning`: one can, and then something does not work. `later`: not there yet, as is right. */
  verdict: "refused" | "warning" | "later";
  kind: string;
  /** `namespace/name`, or the name alone. */
  object: string;
  /** What is wrong, with the key that it is about and what to do. */
  what: string;
}
