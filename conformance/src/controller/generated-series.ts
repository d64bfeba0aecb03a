import type { Series } from '@tidegate/analysis/series';

/** Uniform numbers in [0, 1) from a seed (Park and Miller's generator): the same ones every time. */
export function uniforms(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** A standard normal number (Box and Muller). */
export function normalFrom(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** Two series of one shape each: mostly zeros with a few small values, or all of them near one thirtieth. */
export function generatedSeries(shape: 'ties' | 'nearly-equal', count: number): Series {
  const uniform = uniforms(count);
  const point = (scale: number) => {
    if (shape === 'nearly-equal') return 1 / 30 + 1e-4 * normalFrom(uniform);
    return uniform() < 0.85 ? 0 : Math.ceil(uniform() * 4) * scale;
  };
  return {
    treatment: Array.from({ length: count }, () => point(1.5e-4)),
    control: Array.from({ length: count }, () => point(1e-4)),
  };
}
