export type { EvaluationLogOptions } from './evaluation-log.ts';
export { EvaluationLogHook } from './evaluation-log-hook.ts';
export { loggedVariationDetail } from './logged-variation-detail.ts';
