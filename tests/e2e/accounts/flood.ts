/**
 * A process of its own that sends a registry requests with wrong passwords, as many a second as it is told: to names that exist and
 * to others, half over connections that are kept and half over new ones. Prints, at its end, how many of each answer there were.
 *   node --import=tsx flood.ts ADDRESS HOST RATE SECONDS NAME,NAME,...
 */
import { Agent, request } from "node:https";

const [address, host, rate, seconds, names] = process.argv.slice(2) as [string, string, string, string, string];
const known = names.split(",");
const kept = new Agent({ keepAlive: true, maxSockets: 20 });
const answers: Record<string, number> = {};
let sent = 0;

function send(): void {
  const count = sent++;
  // Every second one to a name that nobody has.
  const name = count % 2 === 0 ? known[(count / 2) % known.length]! : `nobody-${count}`;
  const note = (answer: string) => (answers[answer] = (answers[answer] ?? 0) + 1);
  const asked = request(
    {
      host: address,
      servername: host,
      path: "/v2/",
      headers: { host },
      auth: `${name}:wrong-${count}`,
      agent: count % 4 < 2 ? kept : new Agent({ keepAlive: false }),
      rejectUnauthorized: false,
      timeout: 10_000,
    },
    (response) => {
      response.resume();
      response.on("end", () => note(String(response.statusCode)));
    },
  );
  asked.on("timeout", () => asked.destroy(new Error("no answer within 10 s")));
  asked.on("error", (error) => note(error.message));
  asked.end();
}

const begin = performance.now();
const ticker = setInterval(() => {
  const elapsed = (performance.now() - begin) / 1000;
  while (sent < Math.min(elapsed, Number(seconds)) * Number(rate)) send();
  const answered = Object.values(answers).reduce((sum, count) => sum + count, 0);
  if (elapsed < Number(seconds) || answered < sent) return;
  clearInterval(ticker);
  process.stdout.write(JSON.stringify({ sent, seconds: elapsed, answers }));
  process.exit(0);
}, 2);
