import { Issuer } from "../../blocks/certificates";
import { hostAndPort } from "../../blocks/routing";
import type { Deployed, PlatformContext } from "../service";
import { copyTlsSecret, trustAuthority } from "./nextSteps";

export function deployCertificates({ name, stack, config, facts, child }: PlatformContext): Deployed {
  const { certificates, registry, routing, context } = config;
  const issuer = new Issuer(`${name}-issuer`, { certificates }, child);
  const server = registry.enabled ? hostAndPort(registry.host, routing.port) : undefined;
  const secret = issuer.existingSecret;
  return {
    made: { issuer },
    outputs: { caCertificate: issuer.caCertificate },
    nextSteps: [
      ...(secret === undefined ? [] : [copyTlsSecret({ secret, namespaces: facts.routed, context })]),
      ...(certificates.mode === "ownCa" ? [trustAuthority({ stack, server })] : []),
    ],
  };
}
