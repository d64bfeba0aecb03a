import { type ReactNode, useId } from 'react';
import { DocsLink } from '../docs/docs-link.tsx';
import { CopyButton } from '../parts/copy-button.tsx';

interface PlanEditorProps {
  readonly text: string;
  /** Why it cannot be read; the fields rest until it can. */
  readonly flaw: string | undefined;
  readonly onEdit: (text: string) => void;
}

/** The plan as the command line and pipelines take it, in step with the fields: whichever of them one writes in. */
export function PlanEditor({ text, flaw, onEdit }: PlanEditorProps): ReactNode {
  const id = useId();
  return (
    <section className="card stack" aria-labelledby={`${id}-title`}>
      <div className="row">
        <h2 id={`${id}-title`}>The plan as it is written</h2>
        <span className="bar-space" />
        <DocsLink to="rollouts#fields-of-the-plan" about="the fields of a plan" />
        <CopyButton text={text} what="the plan" />
      </div>
      <textarea
        className="plan-text"
        aria-labelledby={`${id}-title`}
        aria-describedby={`${id}-words`}
        aria-invalid={flaw !== undefined}
        rows={Math.min(24, Math.max(8, text.split('\n').length))}
        value={text}
        spellCheck={false}
        onChange={(event) => onEdit(event.target.value)}
      />
      <p id={`${id}-words`} className={flaw === undefined ? 'faint' : 'flaw'} role="status">
        {flaw === undefined
          ? 'YAML or JSON, as “npx tidegate rollout create --file” takes it. What has no field stays.'
          : `The fields wait until it can be read: ${flaw}`}
      </p>
    </section>
  );
}
