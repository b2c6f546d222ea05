/** Lumina on the lab, which pulls no images: those of this project's own services, pushed to the platform's registry. */
import { luminaArchives, luminaImages } from "../../../lab/images/lumina";
import { step } from "../../../shared/progress";

const CHART = "./charts/lumina";

interface Block {
  chart?: string;
  images?: { fromPlatform?: boolean; push?: unknown[] };
  database?: { backup?: object };
}

/** Whether an app is Lumina without images of the user's own. */
function needsImages({ chart, images }: Block): boolean {
  return chart === CHART && images?.fromPlatform === true && (images.push ?? []).length === 0;
}

/** What the lab changes in a stack's section `homelab:apps`: Lumina gets images, unless the user has some. */
export function luminaSettings(apps: unknown): unknown {
  if (!Array.isArray(apps)) return apps;
  return (apps as Block[]).map((app) => {
    if (!needsImages(app)) return app;
    const { database } = app;
    const backup = database?.backup && { ...database.backup, image: luminaImages.sqlite3 };
    return {
      ...app,
      images: { ...app.images, push: luminaImages.archives() },
      ...(backup && { database: { ...database, backup } }),
    };
  });
}

/** Builds the images that a stack's section `homelab:apps` pushes, if they are the lab's. */
export async function ensureLuminaImages(apps: unknown): Promise<void> {
  const ours = JSON.stringify(luminaImages.archives());
  const wanted = Array.isArray(apps) && (apps as Block[]).some(({ images }) => JSON.stringify(images?.push) === ours);
  if (wanted) await step("Lumina's images, made here in place of published ones", () => luminaArchives());
}
