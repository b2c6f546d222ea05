import { Field } from "./field";
import { show } from "./text";

/** Where each kind that makes pods keeps the pod's template; `group/Kind`. */
const TEMPLATE: Record<string, string[]> = {
  "/Pod": [],
  "/PodTemplate": ["template"],
  "/ReplicationController": ["spec", "template"],
  "apps/Deployment": ["spec", "template"],
  "apps/StatefulSet": ["spec", "template"],
  "apps/DaemonSet": ["spec", "template"],
  "apps/ReplicaSet": ["spec", "template"],
  "batch/Job": ["spec", "template"],
  "batch/CronJob": ["spec", "jobTemplate", "spec", "template"],
};

/** The kinds that make pods, for a rule's `match`. */
export const POD_CARRIERS = [
  { group: "", versions: ["v1"], kinds: ["Pod", "PodTemplate", "ReplicationController"] },
  { group: "apps", versions: ["v1"], kinds: ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"] },
  { group: "batch", versions: ["v1"], kinds: ["Job", "CronJob"] },
] as const;

/** The pods that an object of a type (`group/Kind`) makes. */
export function podOf(type: string, root: Field): PodView | undefined {
  const path = Object.hasOwn(TEMPLATE, type) ? TEMPLATE[type] : undefined;
  return path && new PodView(root, path);
}

/** The pods of a workload, whatever its kind. */
export class PodView {
  private specField: Field | undefined;
  private containerViews: ContainerView[] | undefined;
  private listViews: (ContainerView[] | undefined)[] = [];

  constructor(
    private readonly root: Field,
    private readonly templatePath: string[],
  ) {}

  private get template(): Field {
    return this.root.along(this.templatePath);
  }

  get spec(): Field {
    this.specField ??= this.template.at("spec");
    return this.specField;
  }

  /** Labels of the pods themselves, which Services and disruption budgets select by. */
  get labels(): Field {
    return this.template.at("metadata", "labels");
  }

  get annotations(): Field {
    return this.template.at("metadata", "annotations");
  }

  /** Every container of whatever role, in the order in which they start. */
  get containers(): ContainerView[] {
    if (!this.containerViews) this.containerViews = this.containerLists.flatMap((list) => list());
    return this.containerViews;
  }

  /** The lists of containers one by one, so that an unknown list does not hide the others. */
  get containerLists(): (() => ContainerView[])[] {
    return CONTAINER_LISTS.map((list, index) => () => (this.listViews[index] ??= containersIn(this.spec.at(list), list)));
  }

  get volumes(): Field[] {
    return this.spec.at("volumes").items();
  }
}

const CONTAINER_LISTS = ["initContainers", "containers", "ephemeralContainers"] as const;

export type ContainerRole = "container" | "init container" | "sidecar" | "ephemeral container";

export class ContainerView {
  private labelText: string | undefined;

  constructor(
    readonly role: ContainerRole,
    /** As written, or `#2` for the third container without a name. */
    readonly name: string,
    readonly field: Field,
  ) {}

  /** `init container "wait"`, for messages. */
  get label(): string {
    this.labelText ??= `${this.role} ${show(this.name)}`;
    return this.labelText;
  }
}

function containersIn(list: Field, kind: (typeof CONTAINER_LISTS)[number]): ContainerView[] {
  return list.items().map((field, index) => {
    const name = field.unknown ? undefined : field.at("name");
    return new ContainerView(roleOf(kind, field), (name && !name.unknown && name.text()) || `#${index}`, field);
  });
}

function roleOf(list: (typeof CONTAINER_LISTS)[number], field: Field): ContainerRole {
  if (list === "containers") return "container";
  if (list === "ephemeralContainers") return "ephemeral container";
  // An init container that restarts always runs beside the others: a sidecar (KEP-753).
  const restart = field.unknown ? undefined : field.at("restartPolicy");
  return restart && !restart.unknown && restart.text() === "Always" ? "sidecar" : "init container";
}
