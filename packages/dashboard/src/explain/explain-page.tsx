import { useMutation } from '@tanstack/react-query';
import type { ExplanationView } from '@tidegate/protocol';
import { type ReactNode, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { useFlags } from '../api/use-flags.ts';
import { readJson } from '../json/read-json.ts';
import { Waiting } from '../parts/loading.tsx';
import { atMsOf, MomentField } from '../parts/moment-field.tsx';
import { NamePicker } from '../parts/name-picker.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import type { PageRoute } from '../routing/route.ts';
import { ExplanationResult } from './explanation-result.tsx';

const EXAMPLE = `{
  "targetingKey": "user-1",
  "country": "de"
}`;

/** Why somebody gets, or got, what they do: paste what the application knows of them, and choose a moment. */
export function ExplainPage({ route }: { readonly route: PageRoute }): ReactNode {
  const { api, base } = usePlace();
  const flags = useFlags();
  const [flagKey, setFlagKey] = useState(route.key ?? '');
  const [context, setContext] = useState(route.query['context'] ?? EXAMPLE);
  const [moment, setMoment] = useState('');
  const [revision, setRevision] = useState(route.query['revision'] ?? '');
  const chosen = flagKey || flags.data?.[0]?.key || '';
  const explain = useMutation({
    mutationFn: () => {
      const then = revision !== '' ? { revision: Number(revision) } : moment !== '' ? { atMs: atMsOf(moment) } : {};
      return api.send<ExplanationView>('POST', `${base}/flags/${encodeURIComponent(chosen)}/explain`, {
        body: { context: contextOf(context), ...then },
      });
    },
  });
  return (
    <div className="page">
      <h1>Explain</h1>
      <div className="columns explain">
        <form
          className="card stack"
          onSubmit={(event) => {
            event.preventDefault();
            explain.mutate();
          }}
        >
          <Waiting of={flags} what="flags" />
          <div className="field">
            Flag
            <NamePicker
              label="Flag"
              value={chosen}
              names={flags.data?.map(({ key }) => key) ?? [chosen]}
              onPick={setFlagKey}
            />
          </div>
          <label className="field">
            Context: JSON, or only the unit&apos;s key
            <textarea
              rows={8}
              spellCheck={false}
              value={context}
              onChange={(event) => setContext(event.target.value)}
            />
          </label>
          <MomentField
            label="At; now when empty"
            value={moment}
            onEdit={(value) => {
              setMoment(value);
              setRevision('');
            }}
          />
          <label className="field">
            Or as it was at the revision
            <input
              inputMode="numeric"
              pattern="\d*"
              value={revision}
              onChange={(event) => {
                setRevision(event.target.value);
                setMoment('');
              }}
            />
          </label>
          <div className="actions">
            <button type="submit" className="primary" disabled={explain.isPending || chosen === ''}>
              Explain
            </button>
          </div>
          <ProblemNote error={explain.error} />
        </form>
        {explain.data === undefined ? (
          <p className="empty">
            It tells step by step what was compared with what, the unit&apos;s position and the ranges, and who made it
            so.
          </p>
        ) : (
          <ExplanationResult explanation={explain.data} />
        )}
      </div>
    </div>
  );
}

/** A text that is no JSON object is taken for the key of a unit. */
function contextOf(text: string): unknown {
  const trimmed = text.trim();
  if (!trimmed.startsWith('{')) return { targetingKey: trimmed };
  const read = readJson(text);
  if (read.kind === 'flaw') throw new Error(`The context is not JSON. Line ${read.line}: ${read.detail}.`);
  return read.value;
}
