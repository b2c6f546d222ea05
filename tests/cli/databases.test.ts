import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { databasesOf, filesOfCopy, newestCopy } from "../../cli/shared/databases";

describe("the databases of a stack", () => {
  const database = { workload: "backend", files: ["/data/x.db"], claim: "data" };
  const values = { apps: { todo: { namespace: "todo", database }, page: { namespace: "page" } } };

  it("are those of the apps that have one", () => {
    assert.deepEqual(databasesOf(values), [{ app: "todo", namespace: "todo", ...database }]);
    assert.deepEqual(databasesOf({}), []);
  });

  it("are looked for by the name of an app, which has to have one", () => {
    assert.equal(databasesOf(values, "todo").length, 1);
    assert.throws(() => databasesOf(values, "page"), /no app "page" with a database in this stack\. Apps with one: todo/);
    assert.throws(() => databasesOf({}, "todo"), /Apps with one: none/);
  });
});

describe("copies of databases", () => {
  const folder = mkdtempSync(join(tmpdir(), "copies-"));
  after(() => rmSync(folder, { recursive: true }));
  const put = (name: string, content = "SQLite format 3\0...") => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };

  it("are found newest first, of the app alone, without those that are still being made", () => {
    put("todo-20260101T000000Z.db");
    const newest = join(folder, "todo-20260102T000000Z");
    mkdirSync(newest);
    mkdirSync(join(folder, "todo-20260105T000000Z.partial"));
    put("todo-20260103T000000Z.db.partial");
    put("todo-admin-20260104T000000Z.db");
    assert.equal(newestCopy(folder, "todo"), newest);
    assert.equal(newestCopy(folder, "other"), undefined);
    assert.equal(newestCopy(join(folder, "none"), "todo"), undefined);
  });

  const todo = { app: "todo", namespace: "todo", workload: "backend", files: ["/data/x.db"], claim: "data" };

  it("are databases, or nothing is restored", () => {
    const good = put("good.db");
    assert.deepEqual(filesOfCopy(good, todo), [{ path: "/data/x.db", file: good }]);
    assert.throws(() => filesOfCopy(put("text.db", "SELECT 1"), todo), /is no SQLite database, so nothing was restored/);
    assert.throws(() => filesOfCopy(put("empty.db", ""), todo), /is no SQLite database/);
    assert.throws(() => filesOfCopy(join(folder, "none.db"), todo), /There is no file/);
  });

  it("of several files are folders, of which every file has its place", () => {
    mkdirSync(join(folder, "all", "data", "users"), { recursive: true });
    assert.throws(() => filesOfCopy(join(folder, "all"), todo), /is empty, so nothing was restored/);
    const [x, y] = [put("all/data/x.db"), put("all/data/users/y.db")];
    assert.throws(
      () => filesOfCopy(join(folder, "all"), todo),
      /holds \/data\/users\/y\.db, which is no database of the app todo/,
    );
    const several = { ...todo, files: ["/data/x.db", "/data/users/"] };
    assert.deepEqual(
      filesOfCopy(join(folder, "all"), several).map(({ path, file }) => [path, file]),
      [
        ["/data/users/y.db", y],
        ["/data/x.db", x],
      ],
    );
    assert.throws(() => filesOfCopy(x, several), /has several database files: name a folder/);
  });
});
