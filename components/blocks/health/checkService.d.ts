/** What it means that a service serves. */
export interface Probe {
  /** Name of the service. */
  name: string;
  /** What is asked. */
  url: string;
  /** Statuses by which it serves; left out: 200. */
  expect?: number[];
  /** Where it has accounts: it answers 401 to whoever has none, and serves each of these. */
  accounts?: { name: string; password: string }[];
  /** What to do when an account is refused. */
  refusal?: string;
  /** What to do when it answers otherwise. */
  remedy: string;
}

/** How it is reached, and how its certificate is judged. */
export interface Connection {
  /** Where to connect; absent: whatever the name resolves to. */
  address?: string;
  /** PEM, trusted beside the public authorities; absent or empty: what the machine trusts anyway. */
  ca?: string;
  /** Nobody can verify a certificate that signs itself: it is not judged, and no password is sent. */
  insecure?: boolean;
}

/** Asks once. */
export function ask(probe: Probe, connection: Connection): Promise<{ healthy: boolean; detail: string }>;
