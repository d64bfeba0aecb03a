import type { ReactNode } from 'react';

export function RolloutsRoom(): ReactNode {
  return <div className="page">soon</div>;
}
