import type { ObjectView } from "./object";
import { UnknownValue } from "../../kubernetes/objects/unknown";

/** All objects of a deployment, indexed once; what rules that look across objects read. */
export class Inventory {
  private readonly types = new Map<string, ObjectView[]>();
  private readonly names = new Map<string, ObjectView>();
  private readonly unplaced = new Set<string>();
  private readonly memos = new Map<object, unknown>();

  /** @param parameters the file in which the parameters of the rules stand, for remedies; undefined when there is none */
  constructor(
    readonly objects: readonly ObjectView[],
    readonly parameters?: string,
  ) {
    for (const view of objects) {
      const list = this.types.get(view.type);
      if (list) list.push(view);
      else this.types.set(view.type, [view]);
      if (view.patch) continue;
      this.names.set(key(view.type, view.namespace, view.name), view);
      if (view.unplaced) this.unplaced.add(view.type);
    }
  }

  /** The objects of a type (`group/Kind`). */
  all(type: string): readonly ObjectView[] {
    return this.types.get(type) ?? [];
  }

  /** @throws UnknownValue when there is none, but one whose name or namespace is not known yet: it may be the one. */
  find(type: string, namespace: string, name: string): ObjectView | undefined {
    const found = this.names.get(key(type, namespace, name));
    if (found || !this.unplaced.has(type)) return found;
    throw new UnknownValue("", `the name or namespace of a ${type.slice(type.indexOf("/") + 1)}`);
  }

  /** Everything that makes pods. */
  get workloads(): ObjectView[] {
    return this.objects.filter((view) => view.pod !== undefined);
  }

  /** Something derived from the whole inventory, computed once however many rules ask for it. */
  memo<T>(derive: (inventory: Inventory) => T): T {
    if (!this.memos.has(derive)) this.memos.set(derive, derive(this));
    return this.memos.get(derive) as T;
  }
}

/** An object without a namespace lands in "default": the two count as one. */
export function sameNamespace(a: string, b: string): boolean {
  return (a || "default") === (b || "default");
}

function key(type: string, namespace: string, name: string): string {
  return `${type} ${namespace || "default"} ${name}`;
}
