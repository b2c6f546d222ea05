/** The exam of every emulator that can be run here, and the files that hold what it saw. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromStored, toStored, type StoredExam } from "../../../components/services/localstack/losses";
import { needProgram } from "../../../lab/engine/requirements";
import { buildEmulatorImage, emulatorVersions, type Emulator } from "../../../lab/images/localstack";
import { root } from "../../../shared/paths";
import { say, step } from "../../../shared/progress";
import { examine } from "./exam";
import { examPage } from "./page";
import { addPersist, persistVersion } from "./persist";
import { EmulatorProcess, type Examined } from "./process";

export const examFile = join(root, "components", "config", "localstackExam.json");
export const pageFile = join(root, "docs", "emulators.md");

/**
 * Writes the two files and returns the page; the first failure of each thing goes to standard error.
 * @param persistSource folder with localstack-persist's source; without it what was seen of it stays as it is
 */
export async function examineEmulators(persistSource?: string): Promise<{ stored: Record<string, StoredExam>; page: string }> {
  await needProgram("debootstrap", "debootstrap");
  const stored = JSON.parse(readFileSync(examFile, "utf8")) as Record<string, StoredExam>;
  const take = async (flavor: Examined, emulator: Emulator, version: string, change?: (root: string) => void) => {
    const { archive } = await buildEmulatorImage(emulator);
    const rows = await step(`exam of ${flavor} ${version}`, () => EmulatorProcess.during(flavor, archive, examine, change));
    for (const { service, name, error } of rows) if (error !== undefined) say(`    ${service}, ${name}: ${error.split("\n")[0]}`);
    stored[flavor] = toStored({ version, rows });
  };
  for (const emulator of Object.keys(emulatorVersions) as Emulator[]) await take(emulator, emulator, emulatorVersions[emulator]);
  if (persistSource !== undefined) {
    await take("localstack-persist", "localstack", persistVersion(persistSource), (root) => addPersist(root, persistSource));
  }
  writeFileSync(examFile, `${JSON.stringify(stored, undefined, 2)}\n`);
  const exams = Object.fromEntries(Object.entries(stored).map(([flavor, exam]) => [flavor, fromStored(exam)]));
  const page = examPage(exams);
  writeFileSync(pageFile, page);
  return { stored, page };
}
