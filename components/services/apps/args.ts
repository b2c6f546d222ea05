import type * as pulumi from "@pulumi/pulumi";
import type * as k8s from "@pulumi/kubernetes";
import type { Issuer } from "../../blocks/certificates";
import type { AppConfig } from "./types";
import type { Router } from "../../blocks/routing";
import type { RegistryAccess } from "../../blocks/images/client";
import type { Neighbours } from "./neighbours";

export interface HelmAppArgs extends AppConfig {
  issuer: Issuer;
  /** The cluster's Traefik; left out: that of K3s. */
  router?: Router;
  /** The platform's registry: what image names begin with, its pull secret where the namespace has one, how to push. */
  registry?: { server: string; pullSecret?: string; access: pulumi.Output<RegistryAccess> };
  /** Connection for what is retained (connectKeeper). */
  keeper?: k8s.Provider;
  /** The apps that share namespaces; left out: there are none. */
  neighbours?: Neighbours;
}
