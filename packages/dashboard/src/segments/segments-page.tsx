import type { ReactNode } from 'react';

export function SegmentsPage(): ReactNode {
  return <div className="page">soon</div>;
}
