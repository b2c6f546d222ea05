import assert from "node:assert/strict";
import { parseStatus, secondsOf, verdictOf, withClaims } from "../../cli/shared/copies/status";
import { verdictOfBare } from "../../cli/shared/copies/bare";
import { notRunning, withRoom, type Pod } from "../../cli/shared/copies/pod";

const hour = 3600;
const made = "20261128T120000Z";
const now = secondsOf(made) + 3 * hour;
const told = (...lines: string[]) =>
  parseStatus(
    [`now=${now}`, `started=${now - 86400}`, "user=1000", "every=1440", "keep=7", "copies=3", `newest=${made}`, ...lines].join(
      "\n",
    ),
  );

describe("the verdict on an app's copies", () => {
  const cases: Array<[string, string[], "healthy" | "pending" | "failed", RegExp]> = [
    ["good ones", [], "healthy", /^the newest copy is 3 h old, 3 of 7 kept, each checked$/],
    ["good ones, and files beside", ["beside=3"], "healthy", /each checked; 3 files beside the database are in no copy$/],
    ["none, just started", ["newest=", `started=${now - 5}`], "pending", /first copy is being made/],
    ["none, long since", ["newest="], "failed", /no copy was made since the start.*there is no copy/],
    ["older than twice the interval", ["every=60"], "failed", /due every 60 min.*newest copy is 3 h old/],
    [
      "a full claim",
      ["failed=the claim of the copies is full: 4 KiB free"],
      "failed",
      /last copy failed: the claim .* full.*keep.*newest copy is 3 h old/,
    ],
    [
      "a damaged copy",
      ["failed=the copy of /d/a.db is damaged: row 1 missing"],
      "failed",
      /damaged.*npm run restore -- --app todo/,
    ],
    ["no file, at the start", ["problem=missing|/d/a.db|", `started=${now - 5}`], "pending", /no database \/d\/a\.db yet/],
    ["no file, later", ["problem=missing|/d/a.db|"], "failed", /no database \/d\/a\.db, nor another one.*correct `file`/],
    ["a wrong file", ["problem=missing|/d/a.db|", "found=/d/library.db"], "failed", /there are \/d\/library\.db: correct `file`/],
    ["an empty file, later", ["problem=empty|/d/a.db|"], "failed", /is empty/],
    ["something else", ["problem=foreign|/d/a.db|"], "failed", /is no SQLite database/],
    [
      "somebody else's",
      ["problem=unwritable|/d/a.db|owner 568, mode 644, copier 1000"],
      "failed",
      /belongs to the user 568; set `user: 568`/,
    ],
    ["read-only", ["problem=unwritable|/d/a.db|owner 568, mode 644, copier 0"], "failed", /even by root.*read-only/],
    [
      "a full claim of the database",
      ["problem=full|/d/a.db|0 KiB free"],
      "failed",
      /claim of the database is full \(0 KiB free\), so \/d\/a\.db cannot be opened; delete .*larger claim/,
    ],
    [
      "an image without SQLite",
      ["problem=programs||sqlite3"],
      "failed",
      /image of the copies has no sqlite3: set `backup\.image`/,
    ],
    ["locked", ["problem=locked|/d/a.db|"], "failed", /keeps \/d\/a\.db locked/],
  ];
  for (const [what, lines, expected, words] of cases) {
    it(`${what}: ${expected}`, () => {
      // The first of a key counts, so what differs comes first.
      const status = {
        ...told(),
        ...Object.fromEntries(
          Object.entries(parseStatus(lines.join("\n"))).filter(([key]) =>
            lines.some((line) => line.startsWith(key === "problems" ? "problem=" : `${key}=`)),
          ),
        ),
      };
      const { healthy, pending, detail } = verdictOf("todo", status, now);
      assert.equal(healthy ? (pending ? "pending" : "healthy") : "failed", expected, detail);
      assert.match(detail, words);
    });
  }
});

describe("the verdict on a database without copies", () => {
  const cases: Array<[string, string[] | undefined, number, "healthy" | "pending" | "failed", RegExp]> = [
    ["there", [], 5, "healthy", /^there; no copies are made of it/],
    ["a container that cannot tell", undefined, 999, "healthy", /^whether it is there is not known; no copies/],
    ["missing at the start", ["/d/a.db"], 5, "pending", /no database \/d\/a\.db yet/],
    ["missing later", ["/d/a.db"], 301, "failed", /no database \/d\/a\.db: correct `file` in the `database` of todo/],
  ];
  for (const [what, missing, uptime, expected, words] of cases) {
    it(`${what}: ${expected}`, () => {
      const { healthy, pending, detail } = verdictOfBare({ app: "todo" }, missing, uptime);
      assert.equal(healthy ? (pending ? "pending" : "healthy") : "failed", expected);
      assert.match(detail, words);
    });
  }
});

describe("what is said of claims", () => {
  const database = { namespace: "todo", claim: "todo-data", backups: "todo-data-backups" };
  const cases: Array<[string, RegExp]> = [
    [
      "the claim of the copies is full: 0 KiB free, and the databases take 9 KiB",
      /^the claim of the copies todo\/todo-data-backups is full.*\. Keep fewer copies/,
    ],
    [
      "the copy does not fit on the claim of the copies (0 KiB free): cat: no space",
      /the copies todo\/todo-data-backups \(0 KiB.*Keep fewer/,
    ],
    [
      "the claim of the database has no room for /d/a.db: 0 KiB free, 9 KiB more needed",
      /the database todo\/todo-data has no room.*Delete what else lies there/,
    ],
    [
      "there is no room to copy aside what is there: 4 KiB free on the claim of the copies, 9 KiB needed",
      /free on the claim of the copies todo\/todo-data-backups, .*Keep fewer/,
    ],
    ["there is no copy x; there are: y", /^there is no copy x; there are: y$/],
  ];
  for (const [said, words] of cases) {
    it(`names them and what makes room: ${said}`, () => {
      const named = withClaims(withRoom(said), database);
      assert.match(named, words);
      assert.equal(withClaims(named, database), named);
    });
  }
});

describe("a copier that does not run", () => {
  const pod = (copier: object, restorer: object = { terminated: { exitCode: 0, reason: "Completed" } }): Pod => ({
    metadata: { name: "todo-1", uid: "1" },
    spec: { initContainers: [{ name: "sqlite-restore" }], containers: [{ name: "todo" }, { name: "sqlite-backup" }] },
    status: {
      initContainerStatuses: [{ name: "sqlite-restore", state: restorer }],
      containerStatuses: [{ name: "sqlite-backup", state: copier }],
    },
  });
  it("is reported with the kubelet's words and the remedy", () => {
    assert.equal(notRunning(pod({ running: {} }), "todo"), undefined);
    assert.match(notRunning(undefined, "todo")!, /no pod/);
    const pull = pod({ waiting: { reason: "ImagePullBackOff", message: "not found" } });
    assert.match(notRunning(pull, "todo")!, /ImagePullBackOff \(not found\); set `backup.image`/);
    assert.match(notRunning(pod({ waiting: { reason: "CrashLoopBackOff" } }), "todo")!, /CrashLoopBackOff.*sqlite3/);
    const half = pod({ waiting: { reason: "PodInitializing" } }, { terminated: { exitCode: 1, message: "failed: no room\n" } });
    assert.equal(notRunning(half, "todo"), "failed: no room");
    const older = { ...pod({ running: {} }), spec: { containers: [{ name: "todo" }] } };
    assert.match(notRunning(older, "todo")!, /deploy it with `npm start`/);
  });
});
