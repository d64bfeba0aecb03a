import type { LogRecord } from '@tidegate/analysis';
import { CALLER_DEFAULT } from '@tidegate/evaluation';
import { BREAKER_ANSWER, keySchema, MISSING_FLAG, OVERRIDE_ANSWER, type SdkUsage } from '@tidegate/protocol';
import type { UsageChanges, UsageRow } from '../../storage/storage.ts';
import { addToDay, dayOf, type OpenDailyCounts } from './daily-counts.ts';
import { type FlagUsage, usageOf } from './flag-usage.ts';

/** Keys without a flag that are remembered: typos and old names. Anybody can make more up, under a browser key. */
export const STRANGERS_MAX = 1_000;
/** A key without a flag that nobody asked for since is forgotten. */
const STRANGER_SILENCE_MS = 30 * 86_400_000;
/** Variations of one flag that it does not declare (any more, or yet): until the next checkpoint says what they are. */
const UNDECLARED_MAX = 8;
/** SDKs of one flag, each a name, a version and a kind of key. Beyond it the one that was silent for longest goes. */
export const SDKS_MAX = 20;

/** Not variations, but what was served instead. */
const NO_VARIATIONS: ReadonlySet<string> = new Set([MISSING_FLAG, CALLER_DEFAULT, BREAKER_ANSWER, OVERRIDE_ANSWER]);

export type BatchRecord = Extract<LogRecord, { kind: 'batch' }>;

/** A flag as it is now, archived or not. */
export interface DeclaredFlag {
  readonly key: string;
  readonly variations: readonly { readonly key: string }[];
}

interface Counts {
  readonly variation: string;
  readonly firstAtMs: number;
  lastAtMs: number;
  readonly days: OpenDailyCounts;
}

interface Sdk extends SdkUsage {
  lastAtMs: number;
  lastMissingAtMs: number | null;
}

interface Entry {
  readonly flagKey: string;
  readonly counts: Map<string, Counts>;
  readonly sdks: Sdk[];
}

/**
 * Which flags SDKs ask for, counted from the same log as the evidence: it is told each batch once, in order, and what
 * changed is saved with the checkpoint of that place in the log. So it counts what the evidence counts, through
 * repeats and crashes, and costs ingest nothing.
 *
 * Its size is bounded by what the environment declares, not by what SDKs claim: a flag has counts for its own
 * variations, and keys without a flag have few and are few.
 */
export class UsageBook {
  readonly #declared = new Map<string, ReadonlySet<string>>();
  readonly #entries = new Map<string, Entry>();
  /** In the order in which they were changed first. */
  readonly #changed = new Set<Entry>();
  #strangerCount = 0;

  constructor(rows: readonly UsageRow[], flags: readonly DeclaredFlag[]) {
    this.declare(flags);
    for (const row of rows) {
      this.#entries.set(row.flagKey, entryOf(row));
      if (!this.#declared.has(row.flagKey)) this.#strangerCount += 1;
    }
  }

  /** Tells of flags as they are from now on; those that were told of before stay. */
  declare(flags: readonly DeclaredFlag[]): void {
    for (const { key, variations } of flags) {
      if (!this.#declared.has(key) && this.#entries.has(key)) this.#strangerCount -= 1;
      this.#declared.set(key, new Set(variations.map((variation) => variation.key)));
    }
  }

  count({ batch, receivedAtMs: atMs, origin }: BatchRecord): void {
    const { flags, variations, flag, variation, count } = batch.counters;
    const day = dayOf(atMs);
    // Rows of one flag mostly follow one another.
    let flagIndex = -1;
    let entry: Entry | undefined;
    let sdk: Sdk | undefined;
    for (let row = 0; row < count.length; row += 1) {
      if (flag[row] !== flagIndex) {
        flagIndex = flag[row] ?? -1;
        entry = this.#entryOf(flags[flagIndex] ?? '');
        sdk = entry && sdkOf(entry, batch.sdk, { keyKind: origin, atMs });
      }
      const served = variations[variation[row] ?? -1];
      if (entry === undefined || sdk === undefined || served === undefined) continue;
      const counts = this.#countsOf(entry, served, atMs);
      if (counts === undefined) continue;
      counts.lastAtMs = Math.max(counts.lastAtMs, atMs);
      addToDay(counts.days, day, count[row] ?? 0);
      sdk.lastAtMs = Math.max(sdk.lastAtMs, atMs);
      if (served === MISSING_FLAG) sdk.lastMissingAtMs = Math.max(sdk.lastMissingAtMs ?? atMs, atMs);
      this.#changed.add(entry);
    }
  }

  /**
   * What is to be saved with a checkpoint taken now, of those flags whose change waited for longest; `restore` when it
   * could not be. A copy: it is written in a moment, and counting goes on meanwhile.
   */
  takeChanges(nowMs: number, rowsMax = Number.POSITIVE_INFINITY): UsageChanges {
    const forgotten = this.#forgetStrangers(nowMs);
    const saved: UsageRow[] = [];
    for (const entry of this.#changed) {
      if (saved.length >= rowsMax) break;
      this.#changed.delete(entry);
      this.#dropUndeclared(entry);
      if (entry.counts.size === 0) this.#remove(entry);
      else saved.push(rowOf(entry));
    }
    return { saved, forgotten };
  }

  restore({ saved }: UsageChanges): void {
    for (const { flagKey } of saved) {
      const entry = this.#entries.get(flagKey);
      if (entry !== undefined) this.#changed.add(entry);
    }
  }

  #entryOf(flagKey: string): Entry | undefined {
    const known = this.#entries.get(flagKey);
    if (known !== undefined) return known;
    if (!this.#declared.has(flagKey)) {
      // What cannot be a flag's key is no flag that somebody misses.
      if (this.#strangerCount >= STRANGERS_MAX || !keySchema.safeParse(flagKey).success) return undefined;
      this.#strangerCount += 1;
    }
    const entry: Entry = { flagKey, counts: new Map(), sdks: [] };
    this.#entries.set(flagKey, entry);
    return entry;
  }

  #countsOf(entry: Entry, variation: string, atMs: number): Counts | undefined {
    const { counts, flagKey } = entry;
    const known = counts.get(variation);
    if (known !== undefined) return known;
    if (!this.#isDeclared(flagKey, variation)) {
      const undeclared = [...counts.keys()].filter((other) => !this.#isDeclared(flagKey, other));
      if (undeclared.length >= UNDECLARED_MAX) return undefined;
    }
    const days = { lastDay: dayOf(atMs), counts: [] };
    const made: Counts = { variation, firstAtMs: atMs, lastAtMs: atMs, days };
    counts.set(variation, made);
    return made;
  }

  #isDeclared(flagKey: string, variation: string): boolean {
    return NO_VARIATIONS.has(variation) || (this.#declared.get(flagKey)?.has(variation) ?? false);
  }

  #dropUndeclared({ flagKey, counts }: Entry): void {
    for (const variation of counts.keys()) {
      if (!this.#isDeclared(flagKey, variation)) counts.delete(variation);
    }
  }

  #forgetStrangers(nowMs: number): string[] {
    if (this.#strangerCount === 0) return [];
    const silent = [...this.#entries.values()].filter(
      ({ flagKey, counts }) =>
        !this.#declared.has(flagKey) &&
        [...counts.values()].every(({ lastAtMs }) => nowMs - lastAtMs > STRANGER_SILENCE_MS),
    );
    for (const entry of silent) this.#remove(entry);
    return silent.map(({ flagKey }) => flagKey);
  }

  #remove(entry: Entry): void {
    this.#entries.delete(entry.flagKey);
    this.#changed.delete(entry);
    if (!this.#declared.has(entry.flagKey)) this.#strangerCount -= 1;
  }
}

function entryOf(row: UsageRow): Entry {
  const { variations, sdks } = usageOf(row);
  const counts = variations.map(({ days, ...one }): [string, Counts] => [
    one.variation,
    { ...one, days: { lastDay: days.lastDay, counts: [...days.counts] } },
  ]);
  return { flagKey: row.flagKey, counts: new Map(counts), sdks: sdks.map((sdk) => ({ ...sdk })) };
}

function rowOf({ flagKey, counts, sdks }: Entry): UsageRow {
  const variations: FlagUsage['variations'][number][] = [];
  let firstAtMs = Number.POSITIVE_INFINITY;
  for (const { days, ...one } of counts.values()) {
    firstAtMs = Math.min(firstAtMs, one.firstAtMs);
    variations.push({ ...one, days: { lastDay: days.lastDay, counts: days.counts.slice() } });
  }
  const usage: FlagUsage = { variations, sdks: sdks.map((sdk) => ({ ...sdk })) };
  return { flagKey, firstAtMs, usage };
}

function sdkOf(
  { sdks }: Entry,
  { name, version }: { readonly name: string; readonly version: string },
  { keyKind, atMs }: { readonly keyKind: SdkUsage['keyKind']; readonly atMs: number },
): Sdk {
  const known = sdks.find((one) => one.name === name && one.version === version && one.keyKind === keyKind);
  if (known !== undefined) return known;
  const sdk: Sdk = { name, version, keyKind, lastAtMs: atMs, lastMissingAtMs: null };
  if (sdks.length >= SDKS_MAX) sdks.splice(indexOfMostSilent(sdks), 1);
  sdks.push(sdk);
  return sdk;
}

function indexOfMostSilent(sdks: readonly Sdk[]): number {
  return sdks.reduce((least, sdk, index) => (sdk.lastAtMs < (sdks[least]?.lastAtMs ?? 0) ? index : least), 0);
}
