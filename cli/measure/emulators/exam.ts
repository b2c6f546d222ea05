/** What an emulator brings back after a restart, thing by thing: filled, stopped, filled again, killed, and looked at. */
import { QUIET_SECONDS, type Outcomes } from "../../../components/services/localstack/losses";
import { clientsOf, localSettings, type Clients } from "./clients";
import { items } from "./items";
import type { EmulatorProcess } from "./process";

export interface Row {
  service: string;
  name: string;
  /** Absent where it could not be made at all. */
  outcomes?: Outcomes;
  /** The first failure, for those who look into it. */
  error?: string;
}

const blank = (): Row[] => items.map(({ service, name }) => ({ service, name }));

/**
 * @param emulator not running; it is left running
 * @throws UserError where it does not start
 */
export async function examine(emulator: EmulatorProcess): Promise<Row[]> {
  const clients = clientsOf(localSettings(emulator.endpoint));
  const rows = blank();
  await emulator.start();
  const made = await fill(clients, "before", rows);
  const possible = (index: number) => made[index]!;
  await emulator.stop();
  await emulator.start();
  const restart = await look(clients, "before", rows);
  await fill(clients, "quiet", rows, possible);
  // The time itself is what is examined: emulators that save by the clock have saved by now.
  await new Promise((resolve) => setTimeout(resolve, QUIET_SECONDS * 1000));
  await fill(clients, "last", rows, possible);
  await emulator.kill();
  await emulator.start();
  const before = await look(clients, "before", rows);
  const quiet = await look(clients, "quiet", rows);
  const last = await look(clients, "last", rows);
  const outcome = (kept: boolean[], index: number) => (kept[index] ? "kept" : "lost");
  return rows.map((row, index) => {
    const [first, second, third, fourth] = [restart, before, quiet, last].map((kept) => outcome(kept, index));
    return made[index] ? { ...row, outcomes: { restart: first!, before: second!, quiet: third!, last: fourth! } } : row;
  });
}

/** Makes what is possible and looks at it at once; whether each thing was there. */
export async function fill(clients: Clients, tag: string, rows = blank(), possible = (_: number) => true): Promise<boolean[]> {
  const made: boolean[] = [];
  for (const [index, item] of items.entries()) {
    const work = async () => {
      await item.make(clients, tag);
      await item.check(clients, tag);
    };
    made.push(possible(index) && (await succeeds(rows[index]!, `${tag}, made`, work)));
  }
  return made;
}

/** Whether each thing is as it was made. */
export async function look(clients: Clients, tag: string, rows = blank()): Promise<boolean[]> {
  const kept: boolean[] = [];
  for (const [index, item] of items.entries()) {
    kept.push(await succeeds(rows[index]!, `${tag}, seen again`, () => item.check(clients, tag)));
  }
  return kept;
}

async function succeeds(row: Row, when: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    row.error ??= `${when}: ${String(error).slice(0, 300)}`;
    return false;
  }
}
