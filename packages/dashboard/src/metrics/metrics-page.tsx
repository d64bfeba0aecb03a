import type { ReactNode } from 'react';

export function MetricsPage(): ReactNode {
  return <div className="page">soon</div>;
}
