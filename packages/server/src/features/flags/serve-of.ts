import type { Serve, ServeSplit, SplitRange } from '@tidegate/evaluation';
import { FALLTHROUGH, type FlagDocument } from '@tidegate/protocol';

/** What a rule serves, or the fallthrough; undefined when the flag has no such rule. */
export function serveOf(document: FlagDocument, ruleId: string): Serve | undefined {
  if (ruleId === FALLTHROUGH) return document.fallthrough;
  return document.rules.find((rule) => rule.id === ruleId)?.serve;
}

/** The same flag, with that rule (or the fallthrough) serving something else. */
export function withServe(document: FlagDocument, ruleId: string, serve: Serve): FlagDocument {
  if (ruleId === FALLTHROUGH) return { ...document, fallthrough: serve };
  return { ...document, rules: document.rules.map((rule) => (rule.id === ruleId ? { ...rule, serve } : rule)) };
}

/** Everything that a flag serves, with the rule that serves it and where it stands in the document. */
export function servesOf(document: FlagDocument): { ruleId: string; serve: Serve; path: (string | number)[] }[] {
  return [
    ...document.rules.map(({ id, serve }, index) => ({ ruleId: id, serve, path: ['rules', index, 'serve'] })),
    { ruleId: FALLTHROUGH, serve: document.fallthrough, path: ['fallthrough'] },
  ];
}

/** The ranges of a split, and those of its caps, each with where it stands in the document. */
export function rangesOfSplit(
  { ranges, caps = [] }: ServeSplit,
  path: readonly (string | number)[],
): { ranges: readonly SplitRange[]; path: (string | number)[] }[] {
  return [
    { ranges, path: [...path, 'ranges'] },
    ...caps.map((cap, index) => ({ ranges: cap.ranges, path: [...path, 'caps', index, 'ranges'] })),
  ];
}
