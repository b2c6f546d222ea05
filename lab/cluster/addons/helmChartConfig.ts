/**
 * What a HelmChartConfig asks of Traefik. On K3s a controller gives its values to Traefik's chart, which makes arguments of them;
 * no such controller and no chart is here, so the lab does that for the one part of the values that the platform sets:
 * `ports.NAME.transport`, whose keys the chart hands to the entry point of that name as they are. Everything else is left alone.
 * https://docs.k3s.io/add-ons/helm#customizing-packaged-components-with-helmchartconfig
 */
import { readDocument } from "../../../kubernetes/yaml";

type Values = Record<string, unknown>;

const isValues = (value: unknown): value is Values => typeof value === "object" && value !== null && !Array.isArray(value);

/** Traefik's settings, by name without dashes, from a HelmChartConfig's `valuesContent`. Words that are not YAML give none. */
export function transportSettings(valuesContent: string): Record<string, string> {
  let values: unknown;
  try {
    values = readDocument(valuesContent);
  } catch {
    return {};
  }
  const ports = isValues(values) && isValues(values.ports) ? values.ports : {};
  const settings: Record<string, string> = {};
  for (const [entryPoint, port] of Object.entries(ports)) {
    if (isValues(port) && isValues(port.transport)) flatten(`entryPoints.${entryPoint}.transport`, port.transport, settings);
  }
  return settings;
}

function isScalar(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function flatten(path: string, values: Values, into: Record<string, string>): void {
  for (const [key, value] of Object.entries(values)) {
    if (isValues(value)) flatten(`${path}.${key}`, value, into);
    else if (isScalar(value)) into[`${path}.${key}`] = String(value);
  }
}
