import type { Metric } from '@tidegate/analysis';
import type { ChangeRow, DocumentRow } from '../../storage/storage.ts';
import { metricDocumentOf } from '../documents/index.ts';

/** A metric as evidence and statistics know it. */
export function metricOf(row: DocumentRow | ChangeRow): Metric {
  const { createdAtMs, ...metric } = metricDocumentOf(row);
  return { ...metric, revision: row.revision };
}
