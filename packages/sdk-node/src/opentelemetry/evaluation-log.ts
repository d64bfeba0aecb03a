import { type LogAttributes, type Logger, type LoggerProvider, logs } from '@opentelemetry/api-logs';
import { SDK } from '../version.ts';

/**
 * Writes evaluations as OpenTelemetry has them: one log event `feature_flag.evaluation` each, with the attributes of
 * https://opentelemetry.io/docs/specs/semconv/feature-flags/feature-flags-events/ (semantic conventions 1.44). It never
 * throws, and while nobody listens to logs it does nothing but ask that.
 */
export class EvaluationLog {
  readonly #logger: OlderLogger;
  readonly #hasContextId: boolean;

  constructor(options: EvaluationLogOptions) {
    const { loggerProvider = logs, contextId = false } = options;
    this.#logger = loggerProvider.getLogger(SDK.name, SDK.version);
    this.#hasContextId = contextId;
  }

  /** `read` is called only where somebody listens. */
  write(read: () => LoggedEvaluation): void {
    try {
      if (this.#logger.enabled?.({ eventName: EVENT_NAME }) === false) return;
      this.#logger.emit({ eventName: EVENT_NAME, attributes: attributesOf(read(), this.#hasContextId) });
    } catch {
      // A processor or exporter of the application threw: an evaluation is worth more than its log.
    }
  }
}

export interface EvaluationLogOptions {
  /**
   * Whether the targeting key goes into the log, as `feature_flag.context.id`. False when absent: it identifies a user,
   * and users' identifiers stay in the process unless the application asks otherwise.
   */
  readonly contextId?: boolean;
  /** OpenTelemetry's global one when absent, also when that is registered later. */
  readonly loggerProvider?: LoggerProvider;
}

export interface LoggedEvaluation {
  readonly flagKey: string;
  readonly providerName: string;
  readonly contextId: unknown;
  readonly value: unknown;
  readonly variant?: string;
  readonly reason?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** OpenFeature's, with the names that its specification gives to telemetry. */
  readonly flagMetadata: Readonly<Record<string, unknown>>;
}

/** `enabled` is younger than the oldest API that this entry takes. */
type OlderLogger = Pick<Logger, 'emit'> & Partial<Pick<Logger, 'enabled'>>;

const EVENT_NAME = 'feature_flag.evaluation';

function attributesOf(evaluation: LoggedEvaluation, hasContextId: boolean): LogAttributes {
  const { flagKey, providerName, value, variant, reason = 'unknown', errorMessage, flagMetadata } = evaluation;
  const isError = reason === 'ERROR' || evaluation.errorCode !== undefined;
  return present({
    'feature_flag.key': flagKey,
    'feature_flag.provider.name': providerName,
    'feature_flag.result.reason': reason.toLowerCase(),
    ...(variant === undefined ? { 'feature_flag.result.value': value } : { 'feature_flag.result.variant': variant }),
    'feature_flag.context.id': hasContextId ? (flagMetadata['contextId'] ?? evaluation.contextId) : undefined,
    'feature_flag.set.id': flagMetadata['flagSetId'],
    'feature_flag.version': flagMetadata['version'],
    'error.type': isError ? (evaluation.errorCode ?? 'GENERAL').toLowerCase() : undefined,
    'feature_flag.error.message': errorMessage,
  });
}

function present(attributes: Readonly<Record<string, unknown>>): LogAttributes {
  const entries = Object.entries(attributes).filter(([, value]) => value !== undefined && value !== null);
  // Scalars, or a flag's value, which is JSON.
  return Object.fromEntries(entries) as LogAttributes;
}
