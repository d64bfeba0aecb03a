import { useMutation } from '@tanstack/react-query';
import type { AccessKeyView, FlagView } from '@tidegate/protocol/types';
import { type ReactNode, useState } from 'react';
import { usePlace } from '../api/place.ts';
import { useFlags } from '../api/use-flags.ts';
import { useChange, useRead } from '../api/use-read.ts';
import { FlagSwitch } from '../flag/flag-switch.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { Waiting } from '../parts/loading.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useAddress } from '../routing/use-route.ts';
import { describeServed } from '../text/describe-flag.ts';
import { firstProgram } from './first-program.ts';

/** As often as one looks at a screen that one waits for. */
const EVERY_MS = 1_000;

/** A flag, a program that asks for it, and the moment when it does: from nothing to the first flip. */
export function WelcomePage(): ReactNode {
  const { api, environment } = usePlace();
  const address = useAddress();
  const flags = useFlags();
  const [key, setKey] = useState('my-first-flag');
  const create = useChange(({ api: by, base: at }, flag: object) =>
    by.send<FlagView>('POST', `${at}/flags`, { body: flag }),
  );
  const [chosen, setChosen] = useState<string>();
  const mint = useMutation({
    mutationFn: () =>
      api.send<AccessKeyView & { readonly key: string }>('POST', '/api/v1/keys', {
        body: { kind: 'server', name: 'first program', environment },
      }),
  });
  const seen = useRead<{ readonly evaluations?: number }>('/evidence', { everyMs: EVERY_MS });
  const flag = flags.data?.find((each) => each.key === chosen) ?? flags.data?.find((each) => each.kind === 'boolean');
  const isSeen = (seen.data?.evaluations ?? 0) > 0;
  const url = new URL('.', window.location.href).href.replace(/\/$/, '');
  const program = firstProgram({ url, flagKey: flag?.key ?? key, serverKey: mint.data?.key });
  return (
    <div className="page narrow">
      <h1>First steps in {environment}</h1>
      <Waiting of={flags} what="flags" />
      <section className={flag === undefined ? 'card stack' : 'card stack done'}>
        <h2>1. A flag</h2>
        {flag === undefined ? (
          <form
            className="row"
            onSubmit={(event) => {
              event.preventDefault();
              // It is on and says no, until it is told to say yes: so the first flip is seen.
              create.mutate(
                { key: key.trim(), fallthrough: { kind: 'variation', variation: 'on' }, description: 'My first flag' },
                { onSuccess: (made) => setChosen(made.key) },
              );
            }}
          >
            <input aria-label="Key of the flag" value={key} onChange={(event) => setKey(event.target.value)} required />
            <button type="submit" className="primary" disabled={create.isPending}>
              Create it
            </button>
          </form>
        ) : (
          <p>
            <a href={address('flags', flag.key)}>{flag.key}</a> is there.
          </p>
        )}
        <ProblemNote error={create.error} />
      </section>
      <section className={mint.data === undefined ? 'card stack' : 'card stack done'}>
        <h2>2. A program that asks for it</h2>
        {mint.data === undefined ? (
          <p className="row">
            <button
              type="button"
              className="primary"
              disabled={mint.isPending || flag === undefined}
              onClick={() => mint.mutate()}
            >
              Make a key for it
            </button>
            <span className="faint">A server key of {environment}: it is shown in the snippet, this once.</span>
          </p>
        ) : (
          <p>Save it as first.mjs where the SDK is installed, and run it.</p>
        )}
        <ProblemNote error={mint.error} />
        {flag !== undefined && (
          <div className="snippet">
            <CopyButton text={program} what="the program" />
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: who scrolls by keyboard must be able to come here */}
            <pre tabIndex={0}>{program}</pre>
          </div>
        )}
      </section>
      <section className={isSeen ? 'card stack done' : 'card stack'} aria-live="polite">
        <h2>3. It asks</h2>
        {isSeen ? (
          <p className="note good">The first evaluation has come. Your program and this server know each other.</p>
        ) : (
          <p>
            Waiting for the first evaluation … <a href={address('events')}>What if none comes?</a>
          </p>
        )}
      </section>
      <section className="card stack">
        <h2>4. Flip it</h2>
        {flag === undefined ? (
          <p className="faint">Once there is a flag.</p>
        ) : (
          <div className="row">
            <FlagSwitch flag={flag} />
            <span>{describeSaid(flag)}</span>
          </div>
        )}
        {isSeen && flag?.enabled === true && (
          <p>
            Next: <a href={address('new-rollout', flag.key)}>let it rise by itself, with guards</a>.
          </p>
        )}
      </section>
    </div>
  );
}

/** What the program says now; a flag that was made elsewhere may serve the same on and off, or not the same to everybody. */
function describeSaid(flag: FlagView): string {
  const served = describeServed(flag);
  const said = flag.variations.find(({ key }) => key === served);
  if (said === undefined) return `It serves ${served}.`;
  const words = `Your program says ${String(said.value)}.`;
  if (!flag.enabled) return `${words} Switch it on, and look at it.`;
  return served === flag.offVariation ? `${words} Off it would say the same: its page tells who gets what.` : words;
}
