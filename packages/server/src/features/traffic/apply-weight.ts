import type { AdapterSettings } from '@tidegate/protocol';
import type { TrafficAdapter, WeightOrder, WeightReading } from './traffic-adapter.ts';

/** What came of an order. */
export interface AppliedOutcome {
  /** As it was last read back; null when nobody knows. */
  readonly appliedPpm: number | null;
  readonly confirmed: boolean;
  readonly detail: string;
  /** Somebody else changed what was confirmed before. */
  readonly drifted?: true;
}

/** Sets a weight and reads it back: only what was read back is confirmed. */
export async function setWeight(adapter: TrafficAdapter, order: WeightOrder): Promise<AppliedOutcome> {
  if (adapter.flaw !== undefined) return unknown(adapter.flaw);
  const outcome = await adapter.write(order);
  if (outcome.kind === 'failed') return unknown(outcome.detail);
  return outcomeOf(adapter, order, await adapter.read(order));
}

/**
 * Looks whether a weight that was confirmed is still there. Where somebody else changed it, it is set again, or left for
 * a person; either way that is told.
 */
export async function checkWeight(
  adapter: TrafficAdapter,
  order: WeightOrder,
  { onDrift }: Pick<AdapterSettings, 'onDrift'>,
): Promise<AppliedOutcome> {
  if (adapter.flaw !== undefined) return unknown(adapter.flaw);
  const reading = await adapter.read(order);
  const found = outcomeOf(adapter, order, reading);
  if (found.confirmed || reading.kind === 'failed') return found;
  const changed = `Somebody else changed it: ${found.detail}`;
  if (onDrift === 'hold') {
    return { ...found, drifted: true, detail: `${changed} Set it back; until then the ramp is held.` };
  }
  const mended = await setWeight(adapter, order);
  const words = mended.confirmed
    ? `${percent(order.weightPpm)} was set again.`
    : `It was set again, in vain: ${mended.detail}`;
  return { ...mended, drifted: true, detail: `${changed} ${words}` };
}

function outcomeOf(adapter: TrafficAdapter, order: WeightOrder, reading: WeightReading): AppliedOutcome {
  if (reading.kind === 'failed') return unknown(reading.detail);
  const { weightPpm: appliedPpm, detail } = reading;
  const nearestPpm = adapter.nearestPpm(order.weightPpm);
  if (appliedPpm !== nearestPpm) {
    return { appliedPpm, confirmed: false, detail: `${detail} It should be ${percent(nearestPpm)}.` };
  }
  const rounded = nearestPpm === order.weightPpm ? '' : ` Nothing is nearer to ${percent(order.weightPpm)}.`;
  return { appliedPpm, confirmed: true, detail: `${detail}${rounded}` };
}

function unknown(detail: string): AppliedOutcome {
  return { appliedPpm: null, confirmed: false, detail };
}

function percent(ppm: number): string {
  return `${ppm / 10_000} %`;
}
