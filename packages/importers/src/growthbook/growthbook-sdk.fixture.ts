import { type FeatureApiResponse, GrowthBook } from '@growthbook/growthbook';

/** What the vendor's SDK answers; null is no value, and `threw` says that it had none to give. */
export type SdkAnswer = { readonly value: unknown } | 'threw';

/** Answers of GrowthBook's own SDK, without sticky bucketing: the oracle of the importer's tests. */
export function askGrowthBook(
  payload: FeatureApiResponse,
  attributes: Record<string, unknown>,
): (key: string) => SdkAnswer {
  const { features, savedGroups } = payload;
  const growthbook = new GrowthBook({
    attributes,
    ...(features !== undefined && { features }),
    ...(savedGroups !== undefined && { savedGroups }),
    log: () => {},
  });
  return (key) => {
    try {
      return { value: growthbook.evalFeature(key).value };
    } catch {
      return 'threw';
    }
  };
}
