import type { Findings } from '../canaries/findings.ts';
import type { Manifest } from '../canaries/manifest.ts';
import type { MetricTemplate } from './metric-template.ts';

export interface CanarySurroundings {
  readonly findTemplate: (name: string, namespace: string) => MetricTemplate | undefined;
}

export interface CanaryPlace {
  readonly manifest: Manifest;
  readonly surroundings: CanarySurroundings;
  readonly findings: Findings;
}

/** What every tick of an analysis shares. */
export interface Analysis {
  readonly intervalMs: number;
  /** So many failed checks end it. */
  readonly threshold: number;
}
