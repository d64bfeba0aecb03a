import { type ReactNode, useState } from 'react';

interface LateDetailsProps {
  readonly summary: string;
  readonly isOpen?: boolean;
  readonly children: ReactNode;
}

/** Details that are made when they are first opened, and then stay: what is typed in them outlives their being closed. */
export function LateDetails({ summary, isOpen = false, children }: LateDetailsProps): ReactNode {
  const [wasOpened, setOpened] = useState(isOpen);
  return (
    <details open={isOpen || undefined} onToggle={(event) => event.currentTarget.open && setOpened(true)}>
      <summary>{summary}</summary>
      {(wasOpened || isOpen) && children}
    </details>
  );
}
