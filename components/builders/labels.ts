/** Value of `app.kubernetes.io/part-of` on everything the program makes. */
export const partOf = "homelab";

/** On the pods of an app that shares its namespace: by it policies tell them from their neighbours. */
export const appLabel = "homelab/app";

export type Labels = Record<string, string>;

export interface LabelArgs {
  /** What runs: `registry`. */
  name: string;
  /** Its part in the whole, when there is more than one: `ui`, `storage`. */
  component?: string;
}

/**
 * The recommended labels of Kubernetes.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export function labels(args: LabelArgs): Labels {
  return {
    ...selectorLabels(args),
    "app.kubernetes.io/part-of": partOf,
    "app.kubernetes.io/managed-by": "pulumi",
  };
}

/**
 * The part of the labels that identifies pods. Selectors cannot change once a Deployment exists, so nothing that may
 * change (a version, a tool) belongs here.
 */
export function selectorLabels(args: LabelArgs): Labels {
  const selector: Labels = { "app.kubernetes.io/name": args.name };
  if (args.component !== undefined) selector["app.kubernetes.io/component"] = args.component;
  return selector;
}

/** What some objects are for: the labels that they carry, and those by which their pods are found. */
export interface Role {
  labels: Labels;
  selector: Labels;
}

export function roleOf(args: LabelArgs): Role {
  return { labels: labels(args), selector: selectorLabels(args) };
}
