import * as pulumi from "@pulumi/pulumi";
import type { RegistryAccess } from "../../blocks/images";
import type { Deployed, PlatformContext } from "../service";
import { pullSecretName } from "../../builders";
import { logIn, pullOnNodes } from "./nextSteps";
import { apiProbe } from "./probes";
import { Registry } from "./registry";

export function deployRegistry(platform: PlatformContext): Deployed {
  const { name, stack, config, child, keeper, routerPeers, made } = platform;
  if (!config.registry.enabled) return {};
  const pulling = config.namespaces.filter(({ pullSecret }) => pullSecret).map((namespace) => namespace.name);
  const apart = config.apps.filter((app) => !app.shared).map((app) => app.namespace);
  const registry = new Registry(
    `${name}-registry`,
    {
      ...config.registry,
      issuer: made.issuer,
      router: config.routing,
      routerPeers,
      pullNamespaces: [...pulling, ...apart].map((namespace) => made.namespaces.get(namespace)!),
      keeper,
    },
    child,
  );
  const { server, username, password, url, uiUrl, nodeRegistriesYaml, revision } = registry;
  const steps = {
    stack,
    server,
    username,
    uiUrl,
    ownAuthority: made.issuer.ownAuthority,
    pulling: { namespaces: pulling, secret: pullSecretName },
  };
  return {
    made: { registry: { component: registry, server, access: registryAccess(registry, platform) } },
    outputs: { registryPassword: password, nodeRegistriesYaml },
    nextSteps: [logIn(steps), pullOnNodes(steps)],
    health: {
      name: "health",
      type: "RegistryHealth",
      component: registry,
      probe: apiProbe(url),
      accounts: [{ name: username, password }, ...config.registry.users],
      triggers: revision,
    },
  };
}

/** For what the machine of `up` pushes and looks up. */
function registryAccess(
  { url, username, password }: Registry,
  { config: { routing, certificates }, made }: PlatformContext,
): pulumi.Output<RegistryAccess> {
  return pulumi.all([made.issuer.caCertificate, password]).apply(([ca, plain]) => ({
    url,
    address: routing.address ?? "",
    ca,
    insecure: certificates.mode === "selfSigned",
    username,
    password: plain,
  }));
}
