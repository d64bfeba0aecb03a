import { type Context, pageUnitHashes, type Snapshot } from '@tidegate/sdk-core';

/** What a page held: one text for each key, of whoever used it last, for the next page that asks for the same context. */
export interface CachedRules extends Snapshot {
  /** Epoch: when the server last confirmed them. */
  readonly confirmedAtMs: number;
}

/** Increased whenever the shape changes: what has another format is nobody's. */
const CACHE_FORMAT = 4;

/** Throws where a page may not store. */
export function saveRules(key: string, context: Context, rules: CachedRules): void {
  localStorage.setItem(nameOf(key), JSON.stringify({ ...rules, of: ownerOf(context) }));
}

/** Undefined for what is not there, or somebody else's. Throws for what is no JSON, and where a page may not read. */
export function loadRules(key: string, context: Context): CachedRules | undefined {
  const rules = JSON.parse(String(localStorage.getItem(nameOf(key))));
  return rules?.of === ownerOf(context) ? rules : undefined;
}

function nameOf(key: string): string {
  return `tidegate-${key}`;
}

/** A hash: a context names people. */
function ownerOf(context: Context): string {
  return JSON.stringify(pageUnitHashes(CACHE_FORMAT + JSON.stringify(context)));
}
