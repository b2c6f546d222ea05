/** Apps with a SQLite database and copies of it, of the fixture `writer`, and the images that they run. */
import { buildImage } from "../../../lab/images/image";
import { sqliteImage } from "../../../lab/images/sqlite";
import { scratch } from "../support";

export const writerImages = { root: "writer/root:1", named: "writer/named:1" };

export interface Archive {
  name: string;
  archive: string;
}

/** Both images: one that runs as root, one with a user by name. */
export async function writerArchives(): Promise<Archive[]> {
  const made = [await sqliteImage(writerImages.root, "root"), await sqliteImage(writerImages.named)];
  const archives = made.map(({ name }) => ({ name, archive: scratch(`${name.replace(/\W/g, "-")}.tar`) }));
  for (const [i, image] of made.entries()) await buildImage(image, archives[i]!.archive);
  return archives;
}

export interface WriterArgs {
  image: string;
  file?: string;
  values?: Record<string, unknown>;
  /** What the block has more: podSecurity, namespace. */
  block?: Record<string, unknown>;
}

/** An app's block: a copy every hour, two kept. */
export function writer(name: string, archives: readonly Archive[], { image, file, values, block }: WriterArgs) {
  const claim = `${name}-data`;
  const storage = { size: "64Mi", protection: "none" };
  return {
    name,
    chart: "./tests/fixtures/charts/writer",
    values: { image, claim, ...values },
    ...block,
    images: { fromPlatform: true, push: archives },
    readyWithin: 90,
    database: {
      kind: "sqlite",
      workload: name,
      file: file ?? "/data/app.db",
      claim,
      storage,
      backup: { every: 1, keep: 2, image: writerImages.named, storage },
    },
  };
}
