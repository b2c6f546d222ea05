import type * as k8s from "@pulumi/kubernetes";

const multipliers: Record<string, number> = {
    n: 1e-9, u: 1e-6, m: 1e-3, "": 1,
    k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18,
    Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60,
};

const pattern = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)?|[eE]([+-]?\d+))$/;

/**
 * A Kubernetes quantity as a number: bytes for memory and storage, cores for CPU.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 * @throws when `text` is not a quantity
 */
export function parseQuantity(text: string): number {
    const match = pattern.exec(text);
    if (match === null) {
        throw new Error(`"${text}" is not a Kubernetes quantity: write a number with a unit such as 500m, 256Mi or 30Gi`);
    }
    const [, digits, unit, exponent] = match;
    const factor = exponent === undefined ? multipliers[unit ?? ""]! : 10 ** Number(exponent);
    return Number(digits) * factor;
}

/** What one container asks for and may use at most: CPU in cores, memory in bytes, both as Kubernetes quantities. */
export interface ResourceNeeds {
    requests: { cpu: string; memory: string };
    limits: { cpu: string; memory: string };
}

/**
 * The `resources` of a container. Both halves are required by type: a container without a request is the first to be
 * starved, one without a limit starves the others.
 * @throws when a request is larger than its limit, which the API server would refuse only at deployment
 */
export function resources(needs: ResourceNeeds): k8s.types.input.core.v1.ResourceRequirements {
    for (const kind of ["cpu", "memory"] as const) {
        const [request, limit] = [needs.requests[kind], needs.limits[kind]];
        if (parseQuantity(request) > parseQuantity(limit)) {
            throw new Error(`the ${kind} request ${request} is larger than its limit ${limit}: raise the limit or lower the request`);
        }
    }
    return { requests: { ...needs.requests }, limits: { ...needs.limits } };
}
