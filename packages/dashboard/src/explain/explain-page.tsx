import type { ReactNode } from 'react';

export function ExplainPage(): ReactNode {
  return <div className="page">soon</div>;
}
