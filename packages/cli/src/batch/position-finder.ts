import {
  COMPLETE_LANGUAGE,
  type Context,
  type Evaluation,
  type Flag,
  positionPpm,
  type Serve,
  seedOf,
  unitKeyOf,
  vendorPosition,
  xxh32Utf8,
} from '@tidegate/evaluation';

type FindPosition = (context: Context) => number | undefined;

/**
 * Where a unit stood in the split, rollout or layer that decided what it got: parts per million, or an imported split's
 * own numbers. Made once per serve, because explaining each case would cost more than answering it.
 */
export class PositionFinder {
  readonly #flags: ReadonlyMap<string, Flag>;
  readonly #finders = new Map<Flag, Map<string | undefined, FindPosition>>();

  constructor(flags: readonly Flag[]) {
    this.#flags = new Map(flags.map((flag) => [flag.key, flag]));
  }

  find(flagKey: string, { ruleId }: Evaluation, context: Context): number | undefined {
    const flag = this.#flags.get(flagKey);
    if (flag === undefined) return undefined;
    const finders = this.#finders.get(flag) ?? new Map<string | undefined, FindPosition>();
    this.#finders.set(flag, finders);
    const finder = finders.get(ruleId) ?? finderOf(flag, ruleId);
    finders.set(ruleId, finder);
    return finder(context);
  }
}

function finderOf(flag: Flag, ruleId: string | undefined): FindPosition {
  if (ruleId !== undefined) return positionIn(flag, flag.rules.find(({ id }) => id === ruleId)?.serve);
  const { layer } = flag;
  const inFallthrough = positionIn(flag, flag.fallthrough);
  if (layer === undefined) return inFallthrough;
  const inLayer = positionUnder(`layer/${layer.key}`, layer.unit);
  return (context) => {
    const position = inLayer(context);
    const isInside = position !== undefined && position >= layer.fromPpm && position < layer.toPpm;
    return isInside ? inFallthrough(context) : position;
  };
}

function positionIn(flag: Flag, serve: Serve | undefined): FindPosition {
  if (serve?.kind === 'split' || serve?.kind === 'rollout') {
    return positionUnder(serve.bucketGroup ?? flag.salt, serve.unit);
  }
  if (serve?.kind !== 'vendorSplit') return () => undefined;
  const find = vendorPosition(serve, COMPLETE_LANGUAGE);
  return (context) => find(context)?.position;
}

function positionUnder(salt: string, unit = 'targetingKey'): FindPosition {
  const seed = seedOf(salt);
  return (context) => {
    const unitKey = unitKeyOf(context, unit);
    return unitKey === undefined ? undefined : positionPpm(xxh32Utf8(unitKey, 0), seed);
  };
}
