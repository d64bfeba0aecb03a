import { randomBytes } from 'node:crypto';
import { manualTime } from '@tidegate/testkit';
import type { Platform } from './platform.ts';

/** A platform whose time only the test moves. */
export interface ManualPlatform extends Platform {
  advance(durationMs: number): Promise<void>;
  settle(): Promise<void>;
}

export function manualPlatform(onError: (error: unknown) => void): ManualPlatform {
  const time = manualTime(1_000_000);
  let idCount = 0;
  return {
    ...time,
    every(intervalMs, callback) {
      let cancel = () => {};
      let running = false;
      const arm = (): void => {
        cancel = time.after(intervalMs, async () => {
          arm();
          if (running) return;
          running = true;
          await Promise.resolve().then(callback).catch(onError);
          running = false;
        });
      };
      arm();
      return () => cancel();
    },
    after: (delayMs, callback) => time.after(delayMs, () => void Promise.resolve().then(callback).catch(onError)),
    randomId() {
      idCount += 1;
      return `id-${idCount}`;
    },
    randomBytes: (count) => randomBytes(count),
  };
}
