import type { ReactNode } from 'react';

export function EnvironmentsPage(): ReactNode {
  return <div className="page">soon</div>;
}
