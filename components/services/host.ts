import type { Path } from "../config/finding";

/** A name that a service serves. */
export interface Host {
  /** The key that sets the name. */
  path: Path;
  /** First part of the name when the key is left out; the domain follows. */
  label: string;
  given: string | undefined;
  /** Where its route lies. */
  namespace: string | undefined;
  /** What people find there, for the page; left out where nothing is for a browser or a client. */
  title?: string;
  /** Whether only some addresses may use it. */
  limited: boolean;
  /** TLS ends in Traefik, which passes on what comes through it, unread. */
  tcp?: true;
}

/** A host whose name is known. */
export interface ServedName extends Omit<Host, "given"> {
  host: string;
  /** Set by its key, not made from the domain. */
  given: boolean;
}
