import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { databasesOf, newestCopy, requireCopy } from "../../cli/shared/databases";

describe("the databases of a stack", () => {
  const database = { workload: "backend", file: "/data/x.db", claim: "data" };
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
    const newest = put("todo-20260102T000000Z.db");
    put("todo-20260103T000000Z.db.partial");
    put("todo-admin-20260104T000000Z.db");
    assert.equal(newestCopy(folder, "todo"), newest);
    assert.equal(newestCopy(folder, "other"), undefined);
    assert.equal(newestCopy(join(folder, "none"), "todo"), undefined);
  });

  it("are databases, or nothing is restored", () => {
    requireCopy(put("good.db"));
    assert.throws(() => requireCopy(put("text.db", "SELECT 1")), /is no SQLite database, so nothing was restored/);
    assert.throws(() => requireCopy(put("empty.db", "")), /is no SQLite database/);
    assert.throws(() => requireCopy(join(folder, "none.db")), /There is no file/);
    assert.throws(() => requireCopy(folder), /There is no file/);
  });
});
