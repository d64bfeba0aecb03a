import * as z from 'zod';
import { attributePathSchema, keySchema, ppmSchema } from './key.ts';

/** A layer, as the flags that divide it say: no unit is in the slices of two of them. */
export interface LayerView {
  readonly key: string;
  /** The attribute path of what is divided. */
  readonly unit: string;
  /** By position. A disabled flag keeps its slice. */
  readonly slices: readonly {
    readonly flagKey: string;
    readonly enabled: boolean;
    readonly fromPpm: number;
    readonly toPpm: number;
  }[];
  /** What no flag has, by position. */
  readonly free: readonly { readonly fromPpm: number; readonly toPpm: number }[];
  readonly freePpm: number;
}

const range = { fromPpm: ppmSchema, toPpm: ppmSchema };

export const layerViewSchema = z
  .strictObject({
    key: keySchema,
    unit: attributePathSchema,
    slices: z.array(z.strictObject({ flagKey: keySchema, enabled: z.boolean(), ...range })),
    free: z.array(z.strictObject(range)),
    freePpm: ppmSchema,
  })
  .meta({ id: 'Layer' }) satisfies z.ZodType<LayerView>;
