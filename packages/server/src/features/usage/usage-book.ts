import type { LogRecord } from '@tidegate/analysis';
import { CALLER_DEFAULT } from '@tidegate/evaluation';
import { keySchema, MISSING_FLAG, type SdkUsage, USAGE_DAYS_MAX } from '@tidegate/protocol';
import type { UsageChanges, UsageRow } from '../../storage/storage.ts';
import { dayOf, type FlagUsage, usageOf } from './flag-usage.ts';

/** Keys without a flag that are remembered: typos and old names. Anybody can make more up, under a browser key. */
export const STRANGERS_MAX = 1_000;
/** A key without a flag that nobody asked for since is forgotten. */
const STRANGER_SILENCE_MS = 30 * 86_400_000;
/** Variations of one flag that it does not declare (any more, or yet): until the next checkpoint says what they are. */
const UNDECLARED_MAX = 8;
/** SDKs of one flag, each a name, a version and a kind of key. Beyond it the one that was silent for longest goes. */
export const SDKS_MAX = 20;

/** Not variations, but what was served instead. */
const NO_VARIATIONS: ReadonlySet<string> = new Set([MISSING_FLAG, CALLER_DEFAULT]);

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
  readonly days: [day: number, count: number][];
}

interface Sdk extends SdkUsage {
  lastAtMs: number;
  lastMissingAtMs: number | null;
}

interface Entry {
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
  readonly #changed = new Set<string>();
  #strangerCount = 0;

  constructor(rows: readonly UsageRow[], flags: readonly DeclaredFlag[]) {
    this.declare(flags);
    for (const row of rows) {
      this.#entries.set(row.flagKey, entryOf(usageOf(row)));
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

  count({ batch, receivedAtMs: atMs, origin: keyKind }: BatchRecord): void {
    const { flags, variations, flag, variation, count } = batch.counters;
    for (const [row, rowCount] of count.entries()) {
      const flagKey = flags[flag[row] ?? -1];
      const variationKey = variations[variation[row] ?? -1];
      if (flagKey === undefined || variationKey === undefined) continue;
      const entry = this.#entryOf(flagKey);
      const counts = entry && this.#countsOf(entry, { flagKey, variation: variationKey, atMs });
      if (entry === undefined || counts === undefined) continue;
      counts.lastAtMs = Math.max(counts.lastAtMs, atMs);
      addToDay(counts.days, dayOf(atMs), rowCount);
      noteSdk(entry, { ...batch.sdk, keyKind, atMs, missing: variationKey === MISSING_FLAG });
      this.#changed.add(flagKey);
    }
  }

  /** What is to be saved with a checkpoint taken now; `restore` when it could not be. */
  takeChanges(nowMs: number): UsageChanges {
    const forgotten = this.#forgetStrangers(nowMs);
    const saved = [...this.#changed].flatMap((flagKey) => this.#rowOf(flagKey));
    this.#changed.clear();
    return { saved, forgotten };
  }

  restore({ saved }: UsageChanges): void {
    for (const { flagKey } of saved) this.#changed.add(flagKey);
  }

  #entryOf(flagKey: string): Entry | undefined {
    const known = this.#entries.get(flagKey);
    if (known !== undefined) return known;
    if (!this.#declared.has(flagKey)) {
      // What cannot be a flag's key is no flag that somebody misses.
      if (this.#strangerCount >= STRANGERS_MAX || !keySchema.safeParse(flagKey).success) return undefined;
      this.#strangerCount += 1;
    }
    const entry = { counts: new Map<string, Counts>(), sdks: [] };
    this.#entries.set(flagKey, entry);
    return entry;
  }

  #countsOf(
    { counts }: Entry,
    { flagKey, variation, atMs }: { flagKey: string; variation: string; atMs: number },
  ): Counts | undefined {
    const known = counts.get(variation);
    if (known !== undefined) return known;
    if (!this.#isDeclared(flagKey, variation)) {
      const undeclared = [...counts.keys()].filter((other) => !this.#isDeclared(flagKey, other));
      if (undeclared.length >= UNDECLARED_MAX) return undefined;
    }
    const made: Counts = { variation, firstAtMs: atMs, lastAtMs: atMs, days: [] };
    counts.set(variation, made);
    return made;
  }

  #isDeclared(flagKey: string, variation: string): boolean {
    return NO_VARIATIONS.has(variation) || (this.#declared.get(flagKey)?.has(variation) ?? false);
  }

  /** The row of a flag, without what it does not declare; none when nothing is left. */
  #rowOf(flagKey: string): UsageRow[] {
    const entry = this.#entries.get(flagKey);
    if (entry === undefined) return [];
    for (const variation of entry.counts.keys()) {
      if (!this.#isDeclared(flagKey, variation)) entry.counts.delete(variation);
    }
    const variations = [...entry.counts.values()];
    if (variations.length === 0) {
      this.#remove(flagKey);
      return [];
    }
    // A copy: it is written in a moment, and counting goes on meanwhile.
    const usage: FlagUsage = structuredClone({ variations, sdks: entry.sdks });
    return [{ flagKey, firstAtMs: Math.min(...variations.map((counts) => counts.firstAtMs)), usage }];
  }

  #forgetStrangers(nowMs: number): string[] {
    const silent = [...this.#entries].filter(
      ([flagKey, { counts }]) =>
        !this.#declared.has(flagKey) &&
        [...counts.values()].every(({ lastAtMs }) => nowMs - lastAtMs > STRANGER_SILENCE_MS),
    );
    for (const [flagKey] of silent) this.#remove(flagKey);
    return silent.map(([flagKey]) => flagKey);
  }

  #remove(flagKey: string): void {
    this.#entries.delete(flagKey);
    this.#changed.delete(flagKey);
    if (!this.#declared.has(flagKey)) this.#strangerCount -= 1;
  }
}

function entryOf({ variations, sdks }: FlagUsage): Entry {
  const countsOf = ({ days, ...counts }: FlagUsage['variations'][number]): Counts => ({
    ...counts,
    days: days.map(([day, count]) => [day, count]),
  });
  return {
    counts: new Map(variations.map((one) => [one.variation, countsOf(one)])),
    sdks: sdks.map((sdk) => ({ ...sdk })),
  };
}

/** Records come nearly in order: a day that is not the last is one of the few before it. */
function addToDay(days: [day: number, count: number][], day: number, count: number): void {
  const at = days.findLastIndex(([other]) => other <= day);
  const found = days[at];
  if (found?.[0] === day) found[1] += count;
  else days.splice(at + 1, 0, [day, count]);
  const newest = days.at(-1)?.[0] ?? day;
  while ((days[0]?.[0] ?? newest) <= newest - USAGE_DAYS_MAX) days.shift();
}

interface SdkAsk {
  readonly name: string;
  readonly version: string;
  readonly keyKind: SdkUsage['keyKind'];
  readonly atMs: number;
  readonly missing: boolean;
}

function noteSdk({ sdks }: Entry, { name, version, keyKind, atMs, missing }: SdkAsk): void {
  let sdk = sdks.find((one) => one.name === name && one.version === version && one.keyKind === keyKind);
  if (sdk === undefined) {
    sdk = { name, version, keyKind, lastAtMs: atMs, lastMissingAtMs: null };
    if (sdks.length >= SDKS_MAX) sdks.splice(indexOfMostSilent(sdks), 1);
    sdks.push(sdk);
  }
  sdk.lastAtMs = Math.max(sdk.lastAtMs, atMs);
  if (missing) sdk.lastMissingAtMs = Math.max(sdk.lastMissingAtMs ?? atMs, atMs);
}

function indexOfMostSilent(sdks: readonly Sdk[]): number {
  return sdks.reduce((least, sdk, index) => (sdk.lastAtMs < (sdks[least]?.lastAtMs ?? 0) ? index : least), 0);
}
