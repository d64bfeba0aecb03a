import { importArgo } from './argo/import-argo.ts';
import type { ImportedRollouts } from './canaries/imported-rollouts.ts';
import { importFlagger } from './flagger/import-flagger.ts';
import { importKayenta } from './kayenta/import-kayenta.ts';

/** Whose manifests can be imported. */
export type CanaryTool = 'flagger' | 'argo' | 'kayenta';

/** Each takes the documents of a file, parsed. @throws UnreadableFile for documents that have nothing of this tool. */
export const CANARY_TOOLS: Readonly<Record<CanaryTool, (documents: readonly unknown[]) => ImportedRollouts>> = {
  flagger: importFlagger,
  argo: importArgo,
  kayenta: importKayenta,
};
