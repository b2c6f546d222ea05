import { finding } from "../../../kubernetes/objects/finding";
import { ObjectView } from "../../core/object";
import { definePolicy } from "../../core/policy";
import { show } from "../../../kubernetes/objects/text";

interface ReleaseParams {
  allowedCharts: string[];
}

const KINDS = [
  { group: "helm.sh", versions: ["v3"], kinds: ["Release"], how: "installs it out of sight of every rule" },
  { group: "helm.cattle.io", versions: ["v1"], kinds: ["HelmChart"], how: "lets K3s install it out of sight of every rule" },
  {
    group: "helm.toolkit.fluxcd.io",
    versions: ["v2"],
    kinds: ["HelmRelease"],
    how: "lets Flux install it out of sight of every rule",
  },
];

export const opaqueReleases = definePolicy<ReleaseParams>({
  id: "opaque-releases",
  title: "Charts are rendered where the rules can see what they make",
  rationale:
    "A Helm release is one object to Pulumi and to this pack: whatever is in the chart passes unseen. A Chart resource " +
    "renders the same chart into objects that are judged one by one. An app with `install: release` shows its release's objects " +
    "beside it, and they are judged like that.",
  severity: "high",
  level: "mandatory",
  remediation: "Use kubernetes.helm.v4.Chart, or check the output of helm template and name the chart in allowedCharts.",
  tags: ["supply-chain", "helm"],
  match: KINDS,
  params: {
    allowedCharts: {
      type: "array",
      items: { type: "string", minLength: 1 },
      default: [],
      description: "Charts that may be installed unseen, because the API server's own policies cover what they make",
    },
  },
  *check(view, { allowedCharts }) {
    if (view.identity.inSight) return;
    const kind = KINDS.find(({ group }) => group === view.group);
    const name = chartOf(view);
    if (name !== undefined && allowedCharts.includes(name)) return;
    yield finding(
      "spec",
      `is the chart ${show(name)} as a release: it ${kind?.how}`,
      "use helm.v4.Chart, or name the chart in the parameter allowedCharts",
    );
  },
  admission: { notExpressible: "what a release makes reaches the API server as objects, where the other rules meet it" },
  good: [
    {
      title: "a chart that is allowed by name",
      yaml: "{apiVersion: helm.cattle.io/v1, kind: HelmChart, metadata: {name: t, namespace: kube-system}, spec: {chart: traefik}}",
      params: { allowedCharts: ["traefik"] },
    },
    {
      title: "a chart of Flux that lies in an object of its own, allowed by that object's name",
      yaml: "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: r}, spec: {chartRef: {kind: OCIRepository, name: podinfo}}}",
      params: { allowedCharts: ["podinfo"] },
    },
    {
      title: "a release that is only named so",
      yaml: "{apiVersion: example.org/v1, kind: Release, metadata: {name: r}, chart: x}",
    },
  ],
  bad: [
    {
      title: "a release of Pulumi",
      yaml: "{apiVersion: helm.sh/v3, kind: Release, metadata: {name: r}, chart: nginx}",
      finds: ['the chart "nginx" as a release'],
    },
    {
      title: "a chart that K3s installs",
      yaml: "{apiVersion: helm.cattle.io/v1, kind: HelmChart, metadata: {name: r}, spec: {chart: nginx}}",
      finds: ["lets K3s install it"],
    },
    {
      title: "a release of Flux",
      yaml: "{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: r}, spec: {chart: {spec: {chart: podinfo}}}}",
      finds: ['"podinfo"'],
    },
    {
      title: "a chart that is given whole, or by an object of Flux",
      yaml: "{apiVersion: helm.cattle.io/v1, kind: HelmChart, metadata: {name: whole}, spec: {chartContent: H4sI}}\n---\n{apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: r}, spec: {chartRef: {kind: OCIRepository, name: podinfo}}}",
      finds: ['"whole"', '"podinfo"'],
    },
  ],
});

/** Pulumi keeps a release's fields at the top, the others under spec; Flux deeper, or by the name of an object of its own. */
function chartOf({ root, spec, name }: ObjectView): string {
  const charts = [root.at("chart"), spec.at("chart"), spec.at("chart", "spec", "chart"), spec.at("chartRef", "name")];
  return charts.map((field) => field.text()).find((text) => text !== undefined) ?? name;
}
