import { z } from "zod";
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
    .prefault({});
}
