import type { ReactNode } from 'react';

export function AuditPage(): ReactNode {
  return <div className="page">soon</div>;
}
