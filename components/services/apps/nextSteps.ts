interface Exposed {
  app: string;
  namespace: string;
  service: string;
  ports: string[];
}

/** Ports of apps that are reached without a route. */
export function findExposed(services: readonly Exposed[]): string {
  if (services.length === 0) return "";
  const lines = services.map(({ app, namespace, service, ports }) => {
    return `  kubectl get service -n ${namespace} ${service}   (${app}: ${ports.join(", ")})`;
  });
  return ["Addresses of what apps expose beside HTTPS:", ...lines, ""].join("\n");
}
