/** One row of what `npm run health` tells. */
export interface ServiceHealth {
  name: string;
  url: string;
  healthy: boolean;
  latencyMs: number;
  /** Healthy so far, and not settled: asked again, it may be another. */
  pending?: boolean;
  /** What was seen, for a person. */
  detail: string;
}
