/** URL: asks ten times a second until standard input ends, then prints JSON: {"asked", "unanswered", "longestSeconds"}. */
import { User } from "./client";

const user = new User(process.argv[2] ?? "");
let going = true;
process.stdin.resume().on("end", () => (going = false));

async function watch(): Promise<void> {
  let [asked, unanswered, longest] = [0, 0, 0];
  let since: number | undefined;
  while (going) {
    const begin = Date.now();
    asked += 1;
    const good = await user.call("GET", "/api/health").then(
      () => true,
      () => false,
    );
    if (!good) {
      unanswered += 1;
      since ??= begin;
    } else if (since !== undefined) {
      longest = Math.max(longest, Date.now() - since);
      since = undefined;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (since !== undefined) longest = Math.max(longest, Date.now() - since);
  process.stdout.write(`${JSON.stringify({ asked, unanswered, longestSeconds: longest / 1000 })}\n`);
  process.exit(0);
}

void watch();
