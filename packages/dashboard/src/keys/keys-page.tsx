import type { ReactNode } from 'react';

export function KeysPage(): ReactNode {
  return <div className="page">soon</div>;
}
