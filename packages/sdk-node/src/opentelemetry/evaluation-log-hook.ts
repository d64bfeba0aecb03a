import type { EvaluationDetails, FlagValue, Hook, HookContext } from '@openfeature/server-sdk';
import { EvaluationLog, type EvaluationLogOptions } from './evaluation-log.ts';

/** A hook for any OpenFeature provider: `OpenFeature.addHooks(new EvaluationLogHook())`. See `EvaluationLog`. */
export class EvaluationLogHook implements Hook {
  readonly #log: EvaluationLog;

  constructor(options: EvaluationLogOptions = {}) {
    this.#log = new EvaluationLog(options);
  }

  finally(hookContext: Readonly<HookContext>, details: EvaluationDetails<FlagValue>): void {
    const { providerMetadata, context } = hookContext;
    this.#log.write(() => ({ ...details, providerName: providerMetadata.name, contextId: context.targetingKey }));
  }
}
