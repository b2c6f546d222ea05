/** Lumina's interface, as a client in the lab's network asks it. */
import assert from "node:assert/strict";
import { http } from "../support";
import type { Todo } from "./client";

export const url = "https://lumina.homelab.test";

export interface Account {
  token: string;
}

export function signIn(name: string): Account {
  const answer = http(`${url}/api/session`, "--json", JSON.stringify({ name }));
  assert.equal(answer.status, 201, answer.body);
  return JSON.parse(answer.body) as Account;
}

const bearer = ({ token }: Account) => ["--header", `Authorization: Bearer ${token}`];

export function add(account: Account, title: string): void {
  const answer = http(`${url}/api/todos`, ...bearer(account), "--json", JSON.stringify({ title }));
  assert.equal(answer.status, 201, answer.body);
}

export function todos(account: Account): Todo[] {
  const answer = http(`${url}/api/todos`, ...bearer(account));
  assert.equal(answer.status, 200, answer.body);
  return JSON.parse(answer.body) as Todo[];
}

export const titles = (account: Account): string[] => todos(account).map(({ title }) => title);

export function remove(account: Account, { id }: Todo): void {
  assert.equal(http(`${url}/api/todos/${id}`, ...bearer(account), "--request", "DELETE").status, 204);
}
