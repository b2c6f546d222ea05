/** One row of what `npm run health` reports. */
export interface ServiceHealth {
  name: string;
  url: string;
  healthy: boolean;
  latencyMs: number;
  /** Healthy so far, and not settled: asked again, it may be another. */
  pending?: boolean;
  /** What was seen, for a person. */
  detail: string;
  /** Of a volume or a disk: how full it is, and the claims on it. */
  volume?: { claims: string[]; sizeBytes: number; usedBytes: number; freeBytes: number; usedPercent: number };
}
