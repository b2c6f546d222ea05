import { z } from "zod";
import { bytes, cpu } from "./values";

/** What a container asks for and may use at most, with its defaults. */
export function resources(defaults: { requests: Amounts; limits: Amounts }) {
  const amounts = ({ cpu: cores, memory }: Amounts, meaning: string) =>
    z
      .object({
        cpu: cpu(cores).default(cores).describe("Cores."),
        memory: bytes(memory).default(memory).describe("Memory."),
      })
      .prefault({})
      .meta({ description: meaning, inline: true });
  return z
    .object({
      requests: amounts(defaults.requests, "What it asks for."),
      limits: amounts(defaults.limits, "What it may use at most."),
    })
    .prefault({})
    .describe("What its container gets.");
}

interface Amounts {
  cpu: string;
  memory: string;
}
