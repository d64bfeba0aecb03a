import { CALLER_DEFAULT, matchesKind, type Serve } from '@tidegate/evaluation';
import type { FlagDocument } from '@tidegate/protocol';
import type { ProblemError } from '../../http/problem.ts';
import { flawAt } from './flaw-at.ts';
import { rangesOfSplit, servesOf } from './serve-of.ts';

/** Every value is of the flag's kind: applications ask with a default of that kind. */
export function checkVariationValues({ kind, variations }: FlagDocument): ProblemError | undefined {
  const index = variations.findIndex(({ value }) => !matchesKind(kind, value));
  const variation = variations[index];
  if (variation === undefined) return undefined;
  return flawAt('variation-type', ['variations', index, 'value'], `${variation.key} has no ${kind} value`);
}

interface Mention {
  readonly variation: string;
  readonly path: (string | number)[];
}

/** Every variation that the flag names is one of its own. */
export function checkMentions(document: FlagDocument): ProblemError | undefined {
  const known = new Set(document.variations.map(({ key }) => key));
  const unknown = mentionsOf(document).find(({ variation }) => variation !== CALLER_DEFAULT && !known.has(variation));
  if (unknown === undefined) return undefined;
  const { path, variation } = unknown;
  return flawAt('unknown-variation', path, `the flag has ${[...known].join(', ')}, and no variation ${variation}`);
}

function mentionsOf(document: FlagDocument): Mention[] {
  return [
    { variation: document.offVariation, path: ['offVariation'] },
    ...document.targets.map(({ variation }, index) => ({ variation, path: ['targets', index, 'variation'] })),
    ...servesOf(document).flatMap(({ serve, path }) => mentionsOfServe(serve, path)),
  ];
}

function mentionsOfServe(serve: Serve, path: readonly (string | number)[]): Mention[] {
  switch (serve.kind) {
    case 'variation':
    case 'evaluated':
      return [{ variation: serve.variation, path: [...path, 'variation'] }];
    case 'split':
      return [
        ...rangesOfSplit(serve, path).flatMap(({ ranges, path: at }) =>
          ranges.map(({ variation }, index) => ({ variation, path: [...at, index, 'variation'] })),
        ),
        ...missingUnitMention(serve, path),
      ];
    case 'vendorSplit':
      return [
        ...serve.ranges.map(({ variation }, index) => ({ variation, path: [...path, 'ranges', index, 'variation'] })),
        ...missingUnitMention(serve, path),
      ];
    case 'rollout':
      return [
        { variation: serve.treatment, path: [...path, 'treatment'] },
        { variation: serve.control, path: [...path, 'control'] },
        ...missingUnitMention(serve, path),
      ];
    default:
      throw serve satisfies never;
  }
}

function missingUnitMention(
  { onMissingUnit }: { readonly onMissingUnit?: string },
  path: readonly (string | number)[],
): Mention[] {
  return onMissingUnit === undefined ? [] : [{ variation: onMissingUnit, path: [...path, 'onMissingUnit'] }];
}
