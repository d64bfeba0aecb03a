import type { Suite } from './case-outcome.ts';
import { controllerSuite } from './controller-suite.ts';
import { evaluationSuite } from './evaluation-suite.ts';
import { statisticsSuite } from './statistics-suite.ts';

/** By the folder that has its files. */
export const SUITES: Readonly<Record<string, Suite>> = {
  evaluation: evaluationSuite,
  statistics: statisticsSuite,
  controller: controllerSuite,
};
