import { type AlertmanagerSignal, SIGNALS, type Signal, type SignalBody } from '@tidegate/protocol';
import { problem } from '../../http/problem.ts';

/** What is asked for, by whoever signed it. */
export interface SignalRead {
  readonly signal: Signal;
  readonly gradual: boolean;
  readonly reason: string;
}

/** The label or annotation of an alert that says what to do; and the one that says that an abort may take its steps. */
const ASKS = 'tidegate_signal';
const ASKS_GRADUAL = 'tidegate_gradual';
/** What people are woken for ends a rollout, unless the alert says otherwise; what they are not, stops it from rising. */
const SEVERITIES_THAT_ABORT: readonly string[] = ['critical', 'page'];
/** As long as any reason is. */
const REASON_LENGTH_MAX = 500;

/** Null where nothing fires: that an alert has ended raises nothing. Throws `invalid-signal` for what would raise. */
export function readSignal(body: SignalBody): SignalRead | null {
  if ('alerts' in body) return readAlerts(body);
  return { signal: signalOf(body.signal), gradual: body.gradual === true, reason: body.reason };
}

type Alert = AlertmanagerSignal['alerts'][number];

/**
 * Of several that fire, the one that lowers most; the reason names all that ask for it. A word that nobody understands is
 * refused only where no other alert says one: Alertmanager sends them together, and none may silence an abort.
 */
function readAlerts({ alerts }: AlertmanagerSignal): SignalRead | null {
  const asking = alerts
    .filter(({ status }) => status === 'firing')
    .map((alert) => ({ alert, word: wordOf(alert, ASKS) ?? signalOfSeverity(alert) }));
  const signal =
    SIGNALS.find((one) => asking.some(({ word }) => word === one)) ?? asking.map(({ word }) => signalOf(word))[0];
  if (signal === undefined) return null;
  const loudest = asking.filter(({ word }) => word === signal).map(({ alert }) => alert);
  const reason = `Alertmanager: ${[...new Set(loudest.map(describe))].join('; ')}`.slice(0, REASON_LENGTH_MAX);
  return { signal, gradual: loudest.every((alert) => wordOf(alert, ASKS_GRADUAL) === 'true'), reason };
}

function wordOf({ labels, annotations }: Alert, name: string): string | undefined {
  return labels[name] ?? annotations[name];
}

function signalOfSeverity({ labels }: Alert): Signal {
  return SEVERITIES_THAT_ABORT.includes(labels['severity'] ?? '') ? 'abort' : 'pause';
}

function describe({ labels, annotations }: Alert): string {
  const { alertname = 'an alert without a name', severity } = labels;
  const { summary = '' } = annotations;
  const words = `${alertname}${severity === undefined ? '' : ` (${severity})`}${summary === '' ? '' : `: ${summary}`}`;
  return words.replaceAll('\u0000', '');
}

function signalOf(word: string): Signal {
  const signal = SIGNALS.find((one) => one === word);
  if (signal !== undefined) return signal;
  const detail = `A signal may say ${SIGNALS.join(', ')}, and not ${JSON.stringify(word)}: what raises exposure takes a person with a key.`;
  throw problem('invalid-signal', { detail });
}
