import { printOutput } from "../nextStep";
import { copySecret } from "../reference";

/** Brings a TLS Secret of yours to where routes are. */
export function copyTlsSecret({
  secret,
  namespaces,
  context,
}: {
  secret: string;
  namespaces: string[];
  context: string;
}): string {
  if (namespaces.length === 0) return "";
  return [
    `Copy the TLS secret ${secret} to where the routes are, and again whenever it is renewed (NAMESPACE is where it lies now):`,
    ...namespaces.map((namespace) => `  ${copySecret(secret, "NAMESPACE", namespace, `kubectl --context ${context}`)}`),
    `  or, from files:  kubectl --context ${context} create secret tls ${secret} -n ${namespaces[0]} --cert=FILE.crt --key=FILE.key`,
    "",
  ].join("\n");
}

/** @param server what image names begin with; absent without a registry */
export function trustAuthority({ stack, server }: { stack: string; server?: string }): string {
  const images = `sudo install -D -m 644 homelab-ca.crt /etc/docker/certs.d/${server}/ca.crt`;
  return [
    "Trust the platform's certificates, on each machine that uses it:",
    `  ${printOutput(stack, "caCertificate")} > homelab-ca.crt`,
    ...(server === undefined ? [] : [`  docker, podman, skopeo, regctl:  ${images}`]),
    `  ${server === undefined ? "" : "crane, oras, helm, "}curl, on Debian:  sudo cp homelab-ca.crt /usr/local/share/ca-certificates/ && sudo update-ca-certificates`,
    "  on macOS:  sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain homelab-ca.crt",
    "  browsers:  import homelab-ca.crt under certificates, authorities",
    "",
  ].join("\n");
}
