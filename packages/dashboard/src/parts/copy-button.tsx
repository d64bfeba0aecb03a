import { type ReactNode, useState } from 'react';

/** How long the button says that it has done it. */
const TOLD_MS = 2_000;

export function CopyButton({ text, what }: { readonly text: string; readonly what: string }): ReactNode {
  const [said, setSaid] = useState<'Copied' | 'Not copied'>();
  return (
    <button
      type="button"
      className="small"
      aria-label={`Copy ${what}`}
      onClick={async () => {
        // Pages that came without TLS from elsewhere than this machine have no clipboard.
        const copied = navigator.clipboard?.writeText(text).then(
          () => 'Copied' as const,
          () => 'Not copied' as const,
        );
        setSaid((await copied) ?? 'Not copied');
        setTimeout(() => setSaid(undefined), TOLD_MS);
      }}
    >
      <span aria-live="polite">{said ?? 'Copy'}</span>
    </button>
  );
}
