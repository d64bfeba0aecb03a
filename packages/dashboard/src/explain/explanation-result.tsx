import type { ConditionTrace } from '@tidegate/evaluation';
import type { ExplanationView } from '@tidegate/protocol';
import type { ReactNode } from 'react';
import { Instant } from '../parts/instant.tsx';
import { useAddress } from '../routing/use-route.ts';
import { childrenOf, describeCondition, describeStep } from './describe-step.ts';

/** What came out, then every step in its order, then whose changes made it so. */
export function ExplanationResult({ explanation }: { readonly explanation: ExplanationView }): ReactNode {
  const address = useAddress();
  const { evaluation, steps, changes, revision } = explanation;
  return (
    <section className="card stack" aria-labelledby="result-title" aria-live="polite">
      <div className="row">
        <h2 id="result-title" className="result">
          {evaluation.variation ?? "the caller's default"}
        </h2>
        <code>{JSON.stringify(evaluation.value)}</code>
        <span className="bar-space" />
        <span className="faint">
          {evaluation.reason}
          {evaluation.errorCode !== undefined && ` ${evaluation.errorCode}`} · revision {revision}
        </span>
      </div>
      <ol className="steps">
        {steps.map((step, index) => {
          const { text, matched, condition } = describeStep(step);
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place
            <li key={index} className={matched === false ? 'no' : 'yes'}>
              <span>
                <Mark matched={matched} /> {text}
              </span>
              {condition !== undefined && <Trace trace={condition} />}
            </li>
          );
        })}
      </ol>
      <h3>Who made it so</h3>
      <ul className="history">
        {changes.map(({ kind, key, action, actor, atMs, reason, revision: at }) => (
          <li key={`${kind} ${key}`}>
            <a href={address('audit', String(at))}>
              {kind} {key}
            </a>{' '}
            {action} by {actor.name}{' '}
            <span className="faint">
              · <Instant atMs={atMs} /> {reason}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Trace({ trace }: { readonly trace: ConditionTrace }): ReactNode {
  const children = childrenOf(trace);
  return (
    <div className={trace.matched ? 'trace yes' : 'trace no'}>
      <span>
        <Mark matched={trace.matched} /> {describeCondition(trace)}
      </span>
      {children.map((child, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no names of their own
        <Trace key={index} trace={child} />
      ))}
    </div>
  );
}

function Mark({ matched }: { readonly matched: boolean | undefined }): ReactNode {
  if (matched === undefined) return <span aria-hidden="true">·</span>;
  return (
    <>
      <span aria-hidden="true" className={matched ? 'good' : 'faint'}>
        {matched ? '✓' : '✗'}
      </span>
      <span className="hidden">{matched ? 'yes:' : 'no:'}</span>
    </>
  );
}
