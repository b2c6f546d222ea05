import type * as pulumi from "@pulumi/pulumi";

export interface ChildOptions {
  parent: pulumi.Resource;
  dependsOn: pulumi.Input<pulumi.Resource>[];
}

/**
 * Options for what a component makes: under the component, after everything the component itself has to wait for, and
 * after `after`. Pulumi holds back only the component, not its children, when a component is given `dependsOn`.
 */
export function childOf(
  component: pulumi.ComponentResource,
  opts: pulumi.ComponentResourceOptions | undefined,
  ...after: pulumi.Resource[]
): ChildOptions {
  const given = opts?.dependsOn ?? [];
  const waits = (Array.isArray(given) ? given : [given]) as pulumi.Input<pulumi.Resource>[];
  return { parent: component, dependsOn: [...waits, ...after] };
}

/** The same, after more. */
export function after(child: ChildOptions, ...resources: pulumi.Resource[]): ChildOptions {
  return { ...child, dependsOn: [...child.dependsOn, ...resources] };
}
