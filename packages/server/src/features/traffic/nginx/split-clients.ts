import type { AdapterOf } from '@tidegate/protocol';

const FULL_PPM = 1_000_000;
/** nginx reads percents with two decimals. */
const PPM_STEP = 100;

/** The share that `split_clients` can say nearest to one; some and all stay some and all. */
export function nearestSplitPpm(weightPpm: number): number {
  if (weightPpm <= 0 || weightPpm >= FULL_PPM) return weightPpm <= 0 ? 0 : FULL_PPM;
  return Math.min(FULL_PPM - PPM_STEP, Math.max(PPM_STEP, Math.round(weightPpm / PPM_STEP) * PPM_STEP));
}

/**
 * What nginx includes: `$tidegate_SITE` is the arm of whoever asks, `$tidegate_SITE_ppm` the share that these workers
 * have (nginx.org, ngx_http_split_clients_module). Nothing of a document stands in it but names that its schema checked.
 */
export function splitClientsText(
  { site, unit, treatment, control }: AdapterOf<'nginx'>,
  { weightPpm, owner }: { readonly weightPpm: number; readonly owner: string },
): string {
  const share = nearestSplitPpm(weightPpm);
  const arms =
    {
      0: `    * ${control};`,
      [FULL_PPM]: `    * ${treatment};`,
    }[share] ?? [`    ${(share / 10_000).toFixed(2)}% ${treatment};`, `    * ${control};`].join('\n');
  return [
    `# Written by Tidegate for the traffic adapter ${owner}, which sets it again when it is changed.`,
    `split_clients "${unit}" $tidegate_${site} {`,
    arms,
    '}',
    `map "" $tidegate_${site}_ppm {`,
    `    default ${share};`,
    '}',
    '',
  ].join('\n');
}

/** The share that such a text says; null when it is another's. */
export function readSplitPpm(text: string, site: string): number | null {
  const [, ppm] =
    new RegExp(`^map "" \\$tidegate_${site}_ppm \\{\\n {4}default (\\d{1,7});\\n\\}$`, 'm').exec(text) ?? [];
  return ppm === undefined ? null : Number(ppm);
}
