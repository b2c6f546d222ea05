import type { Clients } from "./clients";

/** A thing that can be lost by itself. */
export interface Item {
  service: string;
  name: string;
  /** `tag` tells the rounds of filling apart; it is a part of every name. Later items may use what earlier ones made. */
  make(clients: Clients, tag: string): Promise<void>;
  /** Fails unless all is as it was made. */
  check(clients: Clients, tag: string): Promise<void>;
}
