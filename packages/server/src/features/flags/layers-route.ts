import { type LayerView, layerViewSchema, pageOf, pageQuerySchema } from '@tidegate/protocol';
import { environmentParams, environmentPath } from '../../http/environment-path.ts';
import { pageFrom } from '../../http/page-from.ts';
import { defineRoute, type Route } from '../../http/route.ts';
import { type DocumentDeps, readCurrentFlags } from '../documents/index.ts';
import { layersOf } from './layers-of.ts';

/** Nobody makes a layer: it is what the slices of flags say of it. */
export function layersRoute({ storage }: DocumentDeps): Route {
  return defineRoute({
    method: 'get',
    path: `${environmentPath}/layers`,
    summary: 'Lists the layers, by key, with the slice of each flag and the room that is left',
    tag: 'flags',
    access: { kind: 'operator', role: 'reader' },
    params: environmentParams,
    query: pageQuerySchema,
    reply: { status: 200, description: 'a page', schema: pageOf(layerViewSchema) },
    problems: [],
    async handle({ params: environment, query: { limit, after = '' } }) {
      const flags = await readCurrentFlags(storage, environment);
      const layers = layersOf([...flags.values()]).filter((layer) => layer.key > after);
      const body = pageFrom<LayerView, LayerView>(layers, limit, {
        itemOf: (layer) => layer,
        keyOf: (layer) => layer.key,
      });
      return { status: 200, body };
    },
  });
}
