import type { Serve } from '@tidegate/evaluation';
import type { FlagView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { JsonField, type JsonProblem } from '../parts/json-field.tsx';
import { formatPercent, parsePercent } from '../text/format.ts';
import { findServeProblem } from './find-shape-problem.ts';
import { resplit, type Share, sharesOf, withShare } from './resplit.ts';

interface ServeEditorProps {
  readonly label: string;
  readonly serve: Serve;
  readonly variations: FlagView['variations'];
  /** What the server would refuse of it, by pointers that begin at it. */
  readonly problems?: readonly JsonProblem[];
  readonly onEdit: (serve: Serve) => void;
}

/** One variation, or a split that always adds up. What a controller writes is shown; what came by import is JSON. */
export function ServeEditor({ label, serve, variations, problems, onEdit }: ServeEditorProps): ReactNode {
  if (serve.kind === 'rollout') {
    return (
      <span>
        a rollout decides: {formatPercent(serve.treatmentPpm)} {serve.treatment}, the others {serve.control}
      </span>
    );
  }
  if (serve.kind !== 'variation' && serve.kind !== 'split') {
    return (
      <div className="serve wide">
        <span className="faint">
          It splits as it was imported, which this form has no fields for: it is edited as JSON.
        </span>
        <JsonField
          label={`JSON of ${label}`}
          value={serve}
          {...(problems && { problems })}
          check={(value) => findServeProblem(variations, value)}
          // The check proves it.
          onEdit={(value) => onEdit(value as unknown as Serve)}
        />
      </div>
    );
  }
  const keys = variations.map(({ key }) => key);
  const choose = (choice: string) => {
    if (choice !== SPLIT) return onEdit({ kind: 'variation', variation: choice });
    const now = serve.kind === 'variation' ? serve.variation : keys[0];
    const shares = keys.map((variation) => ({ variation, ppm: variation === now ? WHOLE_PPM : 0 }));
    onEdit({ kind: 'split', ranges: resplit([], shares) });
  };
  return (
    <div className="serve">
      <select
        aria-label={label}
        value={serve.kind === 'split' ? SPLIT : serve.variation}
        onChange={(event) => choose(event.target.value)}
      >
        {[...keys, '$default'].map((key) => (
          <option key={key} value={key}>
            {key === '$default' ? "the caller's default" : key}
          </option>
        ))}
        <option value={SPLIT}>a split …</option>
      </select>
      {serve.kind === 'split' && <SplitEditor label={label} serve={serve} keys={keys} onEdit={onEdit} />}
    </div>
  );
}

const WHOLE_PPM = 1_000_000;
/** No variation can be called so: keys have no spaces. */
const SPLIT = 'a split';

interface SplitEditorProps {
  readonly label: string;
  readonly serve: Extract<Serve, { kind: 'split' }>;
  readonly keys: readonly string[];
  readonly onEdit: (serve: Serve) => void;
}

function SplitEditor({ label, serve, keys, onEdit }: SplitEditorProps): ReactNode {
  const owned = sharesOf(serve.ranges);
  const all = new Set([...keys, ...owned.map(({ variation }) => variation)]);
  const shares = [...all].map((variation) => ({
    variation,
    ppm: owned.find((share) => share.variation === variation)?.ppm ?? 0,
  }));
  // What each had before the last edit: whoever types one share sees what became of the others.
  const [before, setBefore] = useState<readonly Share[]>();
  const set = (variation: string, ppm: number) => {
    setBefore(shares);
    onEdit({ ...serve, ranges: resplit(serve.ranges, withShare(shares, variation, ppm)) });
  };
  return (
    <div className="split">
      <div className="split-bar" aria-hidden="true">
        {shares.map(({ variation, ppm }, index) => (
          <span key={variation} className={`part part-${index % 6}`} style={{ flexGrow: ppm }} />
        ))}
      </div>
      {shares.map(({ variation, ppm }, index) => (
        <div key={variation} className="row share">
          <span className={`dot part-${index % 6}`} aria-hidden="true" />
          <span className="share-name">{variation}</span>
          <PercentInput
            key={ppm}
            label={`Share of ${variation} in ${label}`}
            ppm={ppm}
            onSet={(wanted) => set(variation, wanted)}
          />
          <span className="faint" role="status">
            {wasOf(before, { variation, ppm })}
          </span>
        </div>
      ))}
      <label className="row faint">
        By the attribute
        <input
          className="unit"
          aria-label={`Attribute with the unit of ${label}`}
          value={serve.unit ?? ''}
          placeholder="targetingKey"
          spellCheck={false}
          onChange={(event) => {
            const { unit: _, ...rest } = serve;
            onEdit(event.target.value === '' ? rest : { ...rest, unit: event.target.value });
          }}
        />
      </label>
      <p className="faint">
        They add up to 100%: the others share what is left, and as few units as possible move.
        {serve.caps !== undefined && ' Some are capped, and keep their own shares; the flag as JSON tells who.'}
      </p>
    </div>
  );
}

function wasOf(before: readonly Share[] | undefined, { variation, ppm }: Share): string {
  const was = before?.find((share) => share.variation === variation)?.ppm;
  return was === undefined || was === ppm ? '' : `was ${formatPercent(was)}`;
}

interface PercentInputProps {
  readonly label: string;
  readonly ppm: number;
  readonly onSet: (ppm: number) => void;
}

/** Takes effect when it is left or confirmed, so that half a number does not move anybody. */
function PercentInput({ label, ppm, onSet }: PercentInputProps): ReactNode {
  const [text, setText] = useState(formatPercent(ppm));
  const settle = () => {
    const wanted = parsePercent(text);
    if (wanted === undefined) setText(formatPercent(ppm));
    else if (wanted !== ppm) onSet(wanted);
  };
  return (
    <input
      className="percent"
      inputMode="decimal"
      aria-label={label}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={settle}
      onKeyDown={(event) => {
        if (event.key === 'Enter') settle();
      }}
    />
  );
}
