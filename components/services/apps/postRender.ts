/*
 * Helm's post-renderer: what a chart rendered comes in on standard input and goes out, adapted, on standard output. Its
 * one argument are the settings as JSON. Exit code 1 and what is wrong on standard error when the app is refused: then
 * nothing of it has been created.
 */
import { readFileSync } from "node:fs";
import type { RegistryAccess } from "../../blocks/images/client";
import { lookUpImages, type LookedUp } from "./missingImages";
import { patiently } from "../../blocks/images/patience";
import { adapt, readRendering, refusal, writeRendering, type AdaptSettings, type KubeObject } from "./adapt";

async function imagesOf(objects: KubeObject[], { registry }: AdaptSettings): Promise<LookedUp> {
  const none = { problems: [], imageUsers: {} };
  if (registry === undefined) return none;
  try {
    const access = JSON.parse(readFileSync(registry.accessFile, "utf8")) as RegistryAccess;
    const look = () => lookUpImages(objects, registry, access);
    return await (registry.preview ? look() : patiently(look));
  } catch (error) {
    if (registry.preview) return none;
    return { ...none, problems: [`its images could not be looked for: ${(error as Error).message}`] };
  }
}

function refuse(app: string, problems: string[]): void {
  process.stderr.write(refusal(app, problems));
  process.exitCode = 1;
}

async function main(settings: AdaptSettings): Promise<void> {
  const rendering = readRendering(readFileSync(0, "utf8"));
  if (rendering.problems.length > 0) return refuse(settings.app, rendering.problems);
  const first = adapt(rendering.objects, settings);
  if (first.problems.length > 0) return refuse(settings.app, first.problems);
  const images = await imagesOf(first.objects, settings);
  if (images.problems.length > 0) return refuse(settings.app, images.problems);
  // Once more, with what the images say of their users.
  const { objects, problems } = adapt(rendering.objects, { ...settings, imageUsers: images.imageUsers });
  if (problems.length > 0) return refuse(settings.app, problems);
  process.stdout.write(writeRendering(objects));
}

const settings = JSON.parse(process.argv[2] ?? "{}") as AdaptSettings;
main(settings).catch((error: Error) => refuse(settings.app, [error.message]));
