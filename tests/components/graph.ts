import assert from "node:assert/strict";
import { containers, objects, workloads, type KubernetesObject, type Workload } from "./objects";
import { unknownValue, visible, type Run } from "./recorder";

/*
 * What has to hold of everything that any stack registers, whatever its configuration.
 */

/** Namespaces that are there before the platform. */
const foreignNamespaces = ["kube-system", "kube-public", "cert-manager"];
const clusterScoped = ["Namespace", "ClusterIssuer", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"];

export interface GraphOptions {
  /** TLS secret that somebody else provides. */
  existingTlsSecret?: string;
}

export function assertGraph(run: Run, options: GraphOptions = {}): void {
  assert.ok(objects(run).length > 0, "nothing was registered");
  assertTree(run);
  assertIdentities(run);
  workloads(run).forEach((workload) => {
    assertPod(workload);
    assertSingleWriter(workload);
    assertReferences(run, workload);
  });
  objects(run, "Service").forEach((service) => assertService(run, service));
  objects(run, "IngressRoute").forEach((route) => assertRoute(run, route, options));
  objects(run, "Secret").forEach(assertSecretData);
  [...objects(run, "Secret"), ...objects(run, "ConfigMap")].forEach(assertNoEmptyMaps);
}

/** The API server drops an empty map: registered as one, the object would differ from what is there at every deployment. */
function assertNoEmptyMaps({ metadata, ...object }: KubernetesObject): void {
  for (const field of ["data", "stringData", "binaryData"]) {
    const value = (object as Record<string, unknown>)[field];
    assert.notDeepEqual(value, {}, `${metadata.name} is registered with an empty ${field}`);
  }
}

/** Children stand under their component, carry its name, and use the stack's own connection. */
function assertTree(run: Run): void {
  const byUrn = new Map(run.resources.map((resource) => [resource.urn, resource]));
  assert.equal(byUrn.size, run.resources.length, "two resources have one URN");
  const provider = (suffix: string) =>
    run.resources.find(({ type, name }) => type === "pulumi:providers:kubernetes" && name.endsWith(suffix));
  for (const resource of run.resources) {
    if (resource.type === "pulumi:pulumi:Stack") continue;
    const parent = byUrn.get(resource.parent);
    assert.ok(parent, `${resource.name} has no parent`);
    if (parent.type !== "pulumi:pulumi:Stack") {
      assert.ok(resource.name.startsWith(`${parent.name}-`), `${resource.name} does not begin with ${parent.name}-`);
    }
    // A component of the provider's: it hands its own provider to what it makes.
    if (resource.type === "kubernetes:helm.sh/v4:Chart") continue;
    if (!resource.custom) assert.match(resource.type, /^homelab:[a-z]+:[A-Z]\w+$/);
    if (resource.type.startsWith("kubernetes:")) {
      const expected = provider(resource.retainOnDelete ? "-keeper" : "-cluster");
      assert.ok(expected, "there is no explicit kubernetes provider");
      assert.ok(resource.provider.startsWith(`${expected.urn}::`), `${resource.name} uses another provider`);
    }
  }
}

/** Every object has a valid name, is in a namespace that exists before it, and exists once. */
function assertIdentities(run: Run): void {
  const namespaces = objects(run, "Namespace");
  const seen = new Set<string>();
  for (const { kind, apiVersion, metadata, recorded } of objects(run)) {
    const identity = `${apiVersion}/${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
    assert.match(metadata.name, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, identity);
    assert.ok(!seen.has(identity), `${identity} is there twice`);
    seen.add(identity);
    assert.equal(metadata.labels?.["app.kubernetes.io/part-of"], "homelab", `${identity} has no part-of label`);
    if (clusterScoped.includes(kind)) continue;
    const owner = namespaces.find((namespace) => namespace.metadata.name === metadata.namespace);
    if (owner === undefined) {
      assert.ok(foreignNamespaces.includes(metadata.namespace ?? ""), `${identity} is in an unknown namespace`);
    } else {
      assert.ok(recorded.dependencies.includes(owner.recorded.urn), `${identity} does not wait for its namespace`);
    }
  }
}

function assertPod(workload: Workload): void {
  const { pod, object } = workload;
  const name = `${object.kind} ${object.metadata.name}`;
  assert.equal(pod.enableServiceLinks, false, `${name}: enableServiceLinks`);
  assert.equal(pod.automountServiceAccountToken, false, `${name}: automountServiceAccountToken`);
  assert.equal(pod.securityContext?.runAsNonRoot, true, `${name}: runAsNonRoot`);
  assert.equal(pod.securityContext?.seccompProfile?.type, "RuntimeDefault", `${name}: seccomp`);
  assert.ok((pod.securityContext?.runAsUser ?? 0) > 0, `${name}: runAsUser`);
  assert.ok(containers(workload).length > 0, `${name}: no container`);
  for (const container of containers(workload)) {
    const where = `${name}, container ${container.name}`;
    for (const half of ["requests", "limits"] as const) {
      for (const what of ["cpu", "memory"]) assert.ok(container.resources?.[half]?.[what], `${where}: no ${half}.${what}`);
    }
    assert.equal(container.securityContext?.allowPrivilegeEscalation, false, `${where}: allowPrivilegeEscalation`);
    assert.deepEqual(container.securityContext?.capabilities?.drop, ["ALL"], `${where}: capabilities`);
    assert.equal(container.securityContext?.runAsNonRoot, true, `${where}: runAsNonRoot`);
    assert.equal(container.securityContext?.seccompProfile?.type, "RuntimeDefault", `${where}: seccomp`);
    assert.equal(typeof container.securityContext?.readOnlyRootFilesystem, "boolean", `${where}: readOnlyRootFilesystem`);
    assert.match(container.image, /^[^/]+\.[^/]+\/.+:(?!latest$)[^:/]+$/, `${where}: image not qualified and pinned`);
  }
  for (const container of pod.containers) {
    const ports = (container.ports ?? []).map((port) => port.name);
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
      assert.ok(probe, `${name}, container ${container.name}: not all three probes`);
      assert.ok(ports.includes(probe.httpGet?.port as string), `${name}: probe of a port that is not there`);
      assert.ok(!probe.httpGet?.host, `${name}: probe with a host, which Pod Security forbids`);
    }
  }
  const selector = object.spec.selector.matchLabels as Record<string, string>;
  assert.ok(isSubset(selector, workload.podLabels), `${name}: its selector does not find its pods`);
}

/** A claim that one node may mount is written by one pod at a time. */
function assertSingleWriter({ pod, object }: Workload): void {
  if (pod.volumes?.some((volume) => volume.persistentVolumeClaim !== undefined)) {
    assert.equal(object.spec.strategy?.type, "Recreate", `${object.metadata.name}: strategy`);
    assert.equal(object.spec.replicas, 1, `${object.metadata.name}: replicas`);
  }
}

/** What a pod names is there. */
function assertReferences(run: Run, { pod, object }: Workload): void {
  const exists = (kind: string, name: string) =>
    assert.ok(
      objects(run, kind).some(({ metadata }) => metadata.name === name && metadata.namespace === object.metadata.namespace),
      `${object.metadata.name} names ${kind} ${name}, which is not there`,
    );
  for (const volume of pod.volumes ?? []) {
    if (volume.secret !== undefined) exists("Secret", volume.secret.secretName);
    if (volume.configMap !== undefined) exists("ConfigMap", volume.configMap.name);
    if (volume.persistentVolumeClaim !== undefined) exists("PersistentVolumeClaim", volume.persistentVolumeClaim.claimName);
  }
  for (const container of [...(pod.initContainers ?? []), ...pod.containers]) {
    const volumes = (pod.volumes ?? []).map((volume) => volume.name);
    (container.volumeMounts ?? []).forEach((mount) => assert.ok(volumes.includes(mount.name), `no volume ${mount.name}`));
    for (const { valueFrom } of container.env ?? []) {
      if (valueFrom?.secretKeyRef !== undefined) exists("Secret", valueFrom.secretKeyRef.name);
    }
  }
}

function assertService(run: Run, service: KubernetesObject): void {
  if (foreignNamespaces.includes(service.metadata.namespace ?? "")) return;
  const selected = workloads(run).filter(
    ({ podLabels, object }) =>
      object.metadata.namespace === service.metadata.namespace && isSubset(service.spec.selector, podLabels),
  );
  assert.equal(selected.length, 1, `Service ${service.metadata.name} selects ${selected.length} workloads`);
  const ports = containers(selected[0]!)
    .flatMap((container) => container.ports ?? [])
    .map((port) => port.name);
  for (const { targetPort } of service.spec.ports) {
    assert.ok(ports.includes(targetPort), `Service ${service.metadata.name} points to no port ${targetPort}`);
  }
  assert.equal(service.spec.type ?? "ClusterIP", "ClusterIP", `Service ${service.metadata.name} opens a port of its own`);
}

/** Either HTTPS with a certificate that somebody makes, or a redirect and nothing behind it. */
function assertRoute(run: Run, route: KubernetesObject, options: GraphOptions): void {
  const { name, namespace } = route.metadata;
  const inNamespace = (kind: string) => objects(run, kind).filter(({ metadata }) => metadata.namespace === namespace);
  const rules = route.spec.routes as {
    match: string;
    services: { name: string; kind?: string; port?: number }[];
    middlewares: { name: string }[];
  }[];
  const middlewares = rules
    .flatMap((rule) => rule.middlewares)
    .map(({ name: wanted }) => {
      const found = inNamespace("Middleware").find(({ metadata }) => metadata.name === wanted);
      assert.ok(found, `route ${name} names middleware ${wanted}, which is not there`);
      return found;
    });
  assert.equal(route.spec.entryPoints?.length, 1, `route ${name} has not exactly one entry point`);
  if (route.spec.tls === undefined) {
    assert.deepEqual(
      rules.flatMap((rule) => rule.services),
      [{ kind: "TraefikService", name: "noop@internal" }],
    );
    assert.ok(middlewares.length === 1 && middlewares[0]!.spec.redirectScheme?.scheme === "https", `route ${name} is plain`);
    return;
  }
  const certificates = inNamespace("Certificate").filter(({ spec }) => spec.secretName === route.spec.tls.secretName);
  if (route.spec.tls.secretName !== options.existingTlsSecret) {
    assert.equal(certificates.length, 1, `route ${name}: nobody makes ${route.spec.tls.secretName}`);
    rules.forEach(({ match }) => assert.equal(match.split(" && ")[0], `Host(\`${certificates[0]!.spec.dnsNames[0]}\`)`));
  }
  for (const target of rules.flatMap((rule) => rule.services)) {
    const service = inNamespace("Service").find(({ metadata }) => metadata.name === target.name);
    assert.ok(
      service?.spec.ports.some(({ port }: { port: number }) => port === target.port),
      `route ${name}: no such service`,
    );
  }
}

/** Nothing of a Secret's content is registered in plain. */
function assertSecretData({ recorded }: KubernetesObject): void {
  for (const field of ["data", "stringData"]) {
    const value = visible(recorded.inputs[field]);
    const leaves = typeof value === "object" && value !== null ? Object.values(value) : value === undefined ? [] : [value];
    const hidden = ["[secret]", unknownValue];
    leaves.forEach((leaf) => assert.ok(hidden.includes(leaf as string), `${recorded.name}: ${field} is not secret`));
  }
}

function isSubset(part: Record<string, string>, whole: Record<string, string>): boolean {
  return Object.entries(part).every(([key, value]) => whole[key] === value);
}
