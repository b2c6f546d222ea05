/** What a registry that was just deployed needs: its route serves a moment later, and the kubelet brings new accounts within 90 s. */
const PATIENCE_SECONDS = 100;
const PAUSE_MS = 1000;

/** A failure that no waiting mends. */
export class Hopeless extends Error {}

/** Does the work again while it fails with any hope, until the time is up; then with the last failure. */
export async function patiently<T>(work: () => Promise<T>, seconds = PATIENCE_SECONDS): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Hopeless || performance.now() + PAUSE_MS >= end) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
