/** The exam of every emulator that can be run here, and the files that hold what it saw. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromStored, toStored, type StoredExam } from "../../../components/config/localstackLosses";
import { needProgram } from "../../../lab/engine/requirements";
import { buildEmulatorImage, emulatorVersions, type Emulator } from "../../../lab/images/localstack";
import { root } from "../../../lab/shared/paths";
import { say, step } from "../../../lab/shared/progress";
import { examine } from "./exam";
import { examPage } from "./page";
import { EmulatorProcess } from "./process";

export const examFile = join(root, "components", "config", "localstackExam.json");
export const pageFile = join(root, "docs", "emulators.md");

/** Writes the two files and returns the page; the first failure of each thing goes to standard error. */
export async function examineEmulators(): Promise<{ stored: Record<string, StoredExam>; page: string }> {
  await needProgram("debootstrap", "debootstrap");
  const stored: Record<string, StoredExam> = {};
  for (const emulator of Object.keys(emulatorVersions) as Emulator[]) {
    const { archive } = await buildEmulatorImage(emulator);
    const title = `exam of ${emulator} ${emulatorVersions[emulator]}`;
    const rows = await step(title, () => EmulatorProcess.during(emulator, archive, examine));
    for (const { service, name, error } of rows) if (error !== undefined) say(`    ${service}, ${name}: ${error.split("\n")[0]}`);
    stored[emulator] = toStored({ version: emulatorVersions[emulator], rows });
  }
  writeFileSync(examFile, `${JSON.stringify(stored, undefined, 2)}\n`);
  const exams = Object.fromEntries(Object.entries(stored).map(([emulator, exam]) => [emulator, fromStored(exam)]));
  const page = examPage(exams);
  writeFileSync(pageFile, page);
  return { stored, page };
}
