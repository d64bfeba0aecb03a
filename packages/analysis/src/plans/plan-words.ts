import { parseDuration, parsePercent } from '../quantities/index.ts';
import type { PlanFlaw, PlanPath } from './plan-flaw.ts';

/** Durations, shares and instants that may come as text or as a number; what cannot be read becomes a flaw. */
export class PlanWords {
  readonly flaws: PlanFlaw[] = [];

  refuse(path: PlanPath, detail: string, code: PlanFlaw['code'] = 'invalid-plan'): void {
    this.flaws.push({ code, path, detail });
  }

  /** `30m` as 1 800 000. */
  durationMs(of: Word, path: PlanPath): number | undefined {
    return this.#read(of, path, readDuration, 'a duration: a whole number and ms, s, m, h or d, like 30m');
  }

  /** `2.5%` as 25 000. */
  sharePpm(of: Word, path: PlanPath): number | undefined {
    return this.#read(of, path, readShare, 'a percent above 0 and at most 100 with up to four decimals, like 2.5%');
  }

  /** `20%` as 200 000, and `0%` as nobody. */
  capPpm(of: Word, path: PlanPath): number | undefined {
    return this.#read(of, path, readPercent, 'a percent from 0 to 100 with up to four decimals, like 20%');
  }

  /** `2026-03-02T09:00:00Z` as milliseconds since 1970. */
  instantMs(of: Word, path: PlanPath): number | undefined {
    return this.#read(of, path, readInstant, 'an instant with its offset, like 2026-03-02T09:00:00Z');
  }

  #read(
    { text, value }: Word,
    path: PlanPath,
    read: (text: string) => number | undefined,
    expected: string,
  ): number | undefined {
    if (text === undefined) return value;
    if (value !== undefined) {
      this.refuse(path, 'It is said twice, once as text and once as a number: leave one of them out.');
      return value;
    }
    const readValue = read(text);
    if (readValue === undefined) this.refuse(path, `Expected ${expected}; came "${text}".`);
    return readValue;
  }
}

/** Both words for one thing. */
export interface Word {
  readonly text: string | undefined;
  readonly value: number | undefined;
}

/** No spaces around it: a plan is a document, which is written as it is meant. */
function readDuration(text: string): number | undefined {
  return text === text.trim() ? parseDuration(text) : undefined;
}

function readShare(text: string): number | undefined {
  const ppm = readPercent(text);
  return ppm === 0 ? undefined : ppm;
}

/** With its sign: a plan that says `25` has forgotten of what. */
function readPercent(text: string): number | undefined {
  return /^\S*%$/.test(text) ? parsePercent(text) : undefined;
}

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

function readInstant(text: string): number | undefined {
  const atMs = RFC_3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(atMs) ? atMs : undefined;
}
