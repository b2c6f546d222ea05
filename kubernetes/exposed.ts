/*
 * Ports of an app's Services that are reached from outside without an HTTPS route. Shared by the adapter, which makes a Service for
 * them, and by the policies, which let that Service pass.
 */

/** The fields of a Service's port that identify it. */
export interface PortIdentity {
  name?: string;
  port?: number;
  /** TCP where none is stated. */
  protocol?: string;
}

/** The Service that the platform puts beside one of the chart's, for the declared ports alone. */
export function exposedName(service: string): string {
  return `${service}-exposed`;
}

/** `53/udp` */
export function portKey({ port, protocol = "TCP" }: PortIdentity): string {
  return `${port}/${protocol.toLowerCase()}`;
}

/** Whether a declaration means this port: by its name (`mqtt`), its number (`1883`), or number and protocol (`53/udp`). */
export function meansPort(declared: string, port: PortIdentity): boolean {
  return declared === port.name || declared === String(port.port) || declared === portKey(port);
}
