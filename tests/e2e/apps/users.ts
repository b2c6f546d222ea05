/** USERS URL SECONDS: that many people use Lumina at once. Prints JSON: {"requests", "failures": [..], "slowestMs"}. */
import { User } from "./client";

const [users = "1", url = "", seconds = "1"] = process.argv.slice(2);
const end = Date.now() + Number(seconds) * 1000;
const failures: string[] = [];
let requests = 0;
let slowest = 0;

async function timed<T>(work: () => Promise<T>): Promise<T | undefined> {
  const begin = performance.now();
  requests += 1;
  try {
    return await work();
  } catch (error) {
    failures.push((error as Error).message);
    return undefined;
  } finally {
    slowest = Math.max(slowest, performance.now() - begin);
  }
}

async function use(number: number): Promise<void> {
  const user = new User(url);
  await timed(() => user.signIn(`user-${number}`));
  for (let round = 0; Date.now() < end; round += 1) {
    const title = `todo ${round} of ${number}`;
    await timed(() => user.call("GET", "/"));
    const made = await timed(() => user.add(title));
    const seen = await timed(() => user.todos());
    if (made && seen && !seen.some((todo) => todo.title === title)) failures.push(`"${title}" was added and is not there`);
    await timed(() => user.ask("What is next?"));
    if (made) await timed(() => user.call("DELETE", `/api/todos/${made.id}`));
    // People read before they go on.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

Promise.all(Array.from({ length: Number(users) }, (_, number) => use(number)))
  .then(() => {
    process.stdout.write(`${JSON.stringify({ requests, failures, slowestMs: Math.round(slowest) })}\n`);
    process.exit(0);
  })
  .catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
