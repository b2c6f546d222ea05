import { POD_VARIABLES, all, any, double, literal } from "../../core/cel";
import type { CelRendering } from "../../core/policy";
import type { ResourceParams } from "./container-resources.params";

const KINDS = ["requests", "limits"];
const RESOURCES = ["cpu", "memory"];

/** Whether it is there, as an optional value. */
const amount = (kind: string, resource: string) => `c.?resources.?${kind}.?${resource}`;
const text = (kind: string, resource: string) => `string(${amount(kind, resource)}.value())`;
const quantity = (kind: string, resource: string) => `quantity(${text(kind, resource)})`;
const isThere = (kind: string, resource: string) => `${amount(kind, resource)}.hasValue()`;
const isAmount = (kind: string, resource: string) =>
  all(isThere(kind, resource), `isQuantity(${text(kind, resource)})`, `${quantity(kind, resource)}.isGreaterThan(quantity('0'))`);

const every = (condition: string) => `variables.containers.all(c, ${condition})`;
const forEach = (condition: (resource: string) => string) => every(all(...RESOURCES.map(condition)));

export const containerResourcesCel: CelRendering<ResourceParams> = {
  variables: () => [...POD_VARIABLES],
  validations: ({ maxCpu, maxMemory, maxCpuRatio, maxMemoryRatio }) => [
    {
      expression: every(all(...KINDS.flatMap((kind) => RESOURCES.map((resource) => isThere(kind, resource))))),
      message: "a container lacks a cpu or memory request or limit. Fix: set resources.requests and resources.limits",
    },
    {
      expression: every(
        all(
          ...KINDS.flatMap((kind) => RESOURCES.map((resource) => any(`!${isThere(kind, resource)}`, isAmount(kind, resource)))),
        ),
      ),
      message: "a container has a request or limit that is no amount above zero. Fix: write a quantity, as 250m or 256Mi",
    },
    {
      expression: forEach((resource) => {
        const cap = resource === "cpu" ? maxCpu : maxMemory;
        return any(
          `!(${isAmount("limits", resource)})`,
          `!${quantity("limits", resource)}.isGreaterThan(quantity(${literal(cap)}))`,
        );
      }),
      message: `a container has a limit above ${maxCpu} cpu or ${maxMemory} memory. Fix: lower it`,
    },
    {
      expression: forEach((resource) =>
        any(
          `!(${all(isAmount("requests", resource), isAmount("limits", resource))})`,
          `!${quantity("requests", resource)}.isGreaterThan(${quantity("limits", resource)})`,
        ),
      ),
      message: "a container requests more than its limit. Fix: raise the limit or lower the request",
    },
    {
      expression: forEach((resource) => {
        const ratio = (resource === "cpu" ? maxCpuRatio : maxMemoryRatio) * (1 + 1e-9);
        return any(
          `!(${all(isAmount("requests", resource), isAmount("limits", resource))})`,
          `${quantity("limits", resource)}.asApproximateFloat() <= ${quantity("requests", resource)}.asApproximateFloat() * ${double(ratio)}`,
        );
      }),
      message: `a container has a limit of more than ${maxCpuRatio} times its cpu or ${maxMemoryRatio} times its memory request. Fix: raise the request or lower the limit`,
    },
  ],
};
