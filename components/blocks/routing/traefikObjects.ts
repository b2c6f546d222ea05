import * as pulumi from "@pulumi/pulumi";
import * as k8s from "@pulumi/kubernetes";
import { after, type ChildOptions, type Labels } from "../../builders";
import { redirectRouteSpec, redirectSpec, traefikApi, type Router, type ServiceTarget } from "./objects";

export interface RouteArgs {
  /** Name of the route's objects in the cluster. */
  routeName: string;
  namespace: string;
  labels: Labels;
  host: string;
  service: ServiceTarget;
  /** A TLS secret in the same namespace; Traefik looks nowhere else. */
  secretName: string;
  router: Router;
}

export type CreateTraefikObject = (
  kind: string,
  suffix: string,
  spec: object,
  dependsOn?: pulumi.Resource[],
) => { name: string; resource: pulumi.Resource };

/** Makes objects of Traefik's kinds in a route's namespace, named after the route. */
export function traefikObjects(
  name: string,
  args: Pick<RouteArgs, "routeName" | "namespace" | "labels">,
  child: ChildOptions,
): CreateTraefikObject {
  return (kind, suffix, spec, dependsOn = []) => {
    const objectName = `${args.routeName}-${suffix}`;
    const resource = new k8s.apiextensions.CustomResource(
      `${name}-${suffix}`,
      {
        apiVersion: traefikApi,
        kind,
        metadata: { name: objectName, namespace: args.namespace, labels: args.labels },
        spec,
      },
      after(child, ...dependsOn),
    );
    return { name: objectName, resource };
  };
}

/** Plain HTTP is sent to HTTPS. */
export function createRedirect(create: CreateTraefikObject, { host, router }: Pick<RouteArgs, "host" | "router">): void {
  const redirect = create("Middleware", "to-https", redirectSpec(router));
  const spec = redirectRouteSpec({ host, router, middleware: redirect.name });
  create("IngressRoute", "http", spec, [redirect.resource]);
}
