import type { Sending } from '@tidegate/protocol';
import type { NoticeRow, NoticeSettlement } from '../../storage/storage.ts';

/** The first retry comes within two seconds, later ones ever later, up to ten minutes. */
const BACK_OFF_MS = { base: 2_000, max: 600_000 };
/** What nobody took for a day is told to nobody: a notice of yesterday's ramp helps no one. */
export const GIVE_UP_AFTER_MS = 86_400_000;

/**
 * What becomes of a notice after a try. Retries are spread over the whole of the wait (full jitter), so that what failed
 * together is not tried together; `Retry-After` is the least of it. Rejected is this notice alone: it would be so again,
 * and those behind it must not wait for that.
 */
export function settlementOf(
  { tries, waitsSinceMs }: Pick<NoticeRow, 'tries' | 'waitsSinceMs'>,
  sending: Sending,
  { nowMs, random }: { readonly nowMs: number; readonly random: number },
): NoticeSettlement {
  if (sending.kind === 'sent') return { state: 'sent', atMs: nowMs };
  const failure = `${sending.class}: ${sending.detail}`;
  if (sending.class === 'rejected' || nowMs - waitsSinceMs >= GIVE_UP_AFTER_MS) {
    return { state: 'given-up', atMs: nowMs, failure };
  }
  const ceilingMs = Math.min(BACK_OFF_MS.max, BACK_OFF_MS.base * 2 ** (tries - 1));
  const waitMs = Math.max(sending.retryAfterMs ?? 0, Math.ceil(random * ceilingMs));
  return { state: 'waiting', dueAtMs: nowMs + waitMs, failure };
}
