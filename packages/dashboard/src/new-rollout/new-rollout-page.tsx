import type { ReactNode } from 'react';

export function NewRolloutPage(): ReactNode {
  return <div className="page">soon</div>;
}
