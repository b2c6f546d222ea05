import { z } from "zod";
import { addFinding, type Path } from "./finding";
import { parseQuantity } from "./quantity";
import { bytes, cpu } from "./values";

/** What a container asks for and may use at most, with its defaults. */
export function resources(defaults: { requests: { cpu: string; memory: string }; limits: { cpu: string; memory: string } }) {
    const { requests, limits } = defaults;
    return z
        .object({
            requests: z
                .object({
                    cpu: cpu(requests.cpu).default(requests.cpu),
                    memory: bytes(requests.memory).default(requests.memory),
                })
                .prefault({}),
            limits: z
                .object({
                    cpu: cpu(limits.cpu).default(limits.cpu),
                    memory: bytes(limits.memory).default(limits.memory),
                })
                .prefault({}),
        })
        .prefault({})
        .check((context) => limitsReachRequests(context));
}

interface Amounts {
    cpu?: string;
    memory?: string;
}

/** A limit below its request is refused by the API server, long after `pulumi up` began. */
export function limitsReachRequests(context: {
    value: { requests?: Amounts; limits?: Amounts };
    issues: z.core.$ZodRawIssue[];
}): void {
    const { requests = {}, limits = {} } = context.value;
    for (const what of ["cpu", "memory"] as const) {
        const request = parseQuantity(requests[what] ?? "");
        const limit = parseQuantity(limits[what] ?? "");
        if (request === undefined || limit === undefined || limit >= request) continue;
        const path: Path = ["limits", what];
        addFinding(
            context.issues,
            {
                cause: `is lower than the request beside it, requests.${what}`,
                allowed: `a quantity not below requests.${what}`,
                fix: { repair: requests[what] ?? "", source: (at) => [...at.slice(0, -2), "requests", what] },
            },
            path,
        );
    }
}
